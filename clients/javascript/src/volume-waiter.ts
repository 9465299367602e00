import { NotFound } from './faults.js';
import type { Volume } from './generated/schema.js';
import type { Send } from './operation-types.js';

const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
const GROWTH = 1.5;
/** What a look gets at least: the last one begins when the time is over. */
const SHORTEST_LOOK_MS = 2_000;
/** Timers know no longer time. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds until the wait ends; default: a minute. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The volume did not get there. */
export class WaitFailed extends Error {
  override readonly name = 'WaitFailed';

  constructor(
    readonly volumeId: string,
    /** The volume's last known status. */
    readonly status: string,
    wanted: string,
  ) {
    super(`volume ${volumeId} is ${status}, not ${wanted}`);
  }
}

/** Waits for volumes: the server creates, extends and deletes them after its answer. */
export interface VolumeWaiter {
  /**
   * Waits until a volume is available.
   * @returns the volume.
   * @throws {WaitFailed} when its status is an error, or when the time is over.
   * @throws {Fault} when the server refuses to show it.
   */
  untilAvailable(volumeId: string, options?: WaitOptions): Promise<Volume>;
  /** Waits until there is no such volume. @throws as {@link untilAvailable}. */
  untilDeleted(volumeId: string, options?: WaitOptions): Promise<void>;
}

export function volumeWaiter(send: Send): VolumeWaiter {
  const show = async (volumeId: string, signal: AbortSignal): Promise<Volume> => {
    const { volume } = await send('showVolume', { path: { volume_id: volumeId }, signal });
    return volume;
  };
  return {
    untilAvailable: (volumeId, options = {}) =>
      polled({ ...options, volumeId, wanted: 'available' }, async (signal) => {
        const volume = await show(volumeId, signal);
        return volume.status === 'available' ? { result: volume } : { status: volume.status };
      }),
    untilDeleted: async (volumeId, options = {}) => {
      await polled({ ...options, volumeId, wanted: 'deleted' }, async (signal) => {
        try {
          return { status: (await show(volumeId, signal)).status };
        } catch (error) {
          if (error instanceof NotFound) return { result: true };
          throw error;
        }
      });
    },
  };
}

interface Wait extends WaitOptions {
  readonly volumeId: string;
  readonly wanted: string;
}

/** Looks at a volume once: it is as wanted, or has another status. */
type Look<Result> = (
  signal: AbortSignal,
) => Promise<{ readonly result: Result } | { readonly status: string }>;

/**
 * Looks until a look has a result, and a last time when the time is over.
 * @throws {WaitFailed} when nothing more is to be expected of a volume.
 */
async function polled<Result>(
  { volumeId, wanted, timeoutMs = TIMEOUT_MS, signal }: Wait,
  look: Look<Result>,
): Promise<Result> {
  const end = performance.now() + timeoutMs;
  let status = 'unknown';
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const leftMs = end - performance.now();
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new WaitFailed(volumeId, status, wanted)),
      Math.min(Math.max(leftMs, SHORTEST_LOOK_MS), LONGEST_TIMER_MS),
    );
    const signals = signal === undefined ? [late.signal] : [late.signal, signal];
    const seen = await look(AbortSignal.any(signals)).finally(() => clearTimeout(timer));
    if ('result' in seen) return seen.result;
    ({ status } = seen);
    if (leftMs <= 0 || status.startsWith('error')) throw new WaitFailed(volumeId, status, wanted);
    await pause(Math.min(pauseMs, leftMs), signal);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
