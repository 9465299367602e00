import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 120_000;

/** Polls until there is an answer, and returns it. */
export async function until(what, ask, deadlineMs = DEADLINE_MS) {
  for (const end = Date.now() + deadlineMs; Date.now() < end; await delay(50)) {
    const answer = await ask();
    if (answer !== null) return answer;
  }
  throw new Error(`timed out after ${deadlineMs} ms: ${what}`);
}
