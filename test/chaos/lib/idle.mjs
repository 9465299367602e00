import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than any recovery takes on a busy machine; later, work counts as stuck. */
const TIMEOUT_MS = 120_000;

/**
 * Waits until the journal is empty.
 * @param isOff returns true to stop waiting, for instance because the server has died.
 * @returns whether it is empty.
 * @throws Error that names what is stuck.
 */
export async function untilIdle(ledger, isOff = () => false) {
  for (const deadline = Date.now() + TIMEOUT_MS; !isOff(); await sleep(10)) {
    const { operations } = await ledger.read();
    if (operations.length === 0) return true;
    if (Date.now() > deadline) {
      const stuck = operations.map(({ kind, volume_id: id }) => `${kind} of volume ${id}`);
      throw new Error(`stuck: ${stuck.join(', ')}`);
    }
  }
  return false;
}
