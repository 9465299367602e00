import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../platform/errors.js';

/** Seconds after which a client may retry on a volume that another server is working on. */
const BUSY_RETRY_S = 5;

const POLL_MS = 200;

/** Another server is working on the volume. */
export class VolumeBusyElsewhere extends Unavailable {
  constructor(volumeId: string) {
    super(`Another server is busy with volume ${volumeId}. Try again later.`, BUSY_RETRY_S);
  }
}

/**
 * Repeats a transaction that opens a journal entry until other servers are done with the volume.
 * @throws VolumeBusyElsewhere if that takes longer than `limitMs`.
 */
export async function whenFree<T>(limitMs: number, unit: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    try {
      return await unit();
    } catch (error) {
      if (!(error instanceof VolumeBusyElsewhere) || performance.now() >= giveUpAt) throw error;
      await sleep(POLL_MS);
    }
  }
}
