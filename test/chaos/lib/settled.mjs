import { setTimeout as sleep } from 'node:timers/promises';
import { untilIdle } from './idle.mjs';
import { faultsIn } from './invariants.mjs';

/** Returns the actors' faults about their own volumes and attachments, and rows that nobody created. */
export function unexplained(state, actors, shared) {
  const explained = new Set(shared);
  for (const actor of actors) actor.reconcile(state, explained);
  const strangers = [...state.volumes, ...state.attachments]
    .filter(({ id }) => !explained.has(id))
    .map(({ id }) => `${id} is unknown to the test`);
  return [...actors.flatMap(({ faults }) => faults), ...strangers];
}

/**
 * Waits until the server is idle and backend and database agree, then compares the database with the actors' records.
 * @param trial its ledger, readBackend, actors and shared volumes; withinMs limits how long backend and database may
 * differ.
 * @throws Error that begins with the trial's counts.
 */
export async function untilSettled({ ledger, readBackend, actors, shared, counts, withinMs }) {
  for (const deadline = performance.now() + withinMs; ; await sleep(200)) {
    await untilIdle(ledger);
    const state = await ledger.read();
    const faults = faultsIn(state, await readBackend());
    if (faults.length > 0 && performance.now() < deadline) continue;
    const all = [...faults, ...unexplained(state, actors, shared)];
    if (all.length > 0) throw new Error(`after ${JSON.stringify(counts)}:\n${all.join('\n')}`);
    return;
  }
}
