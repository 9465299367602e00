import { NotFound } from './faults.js';
import type { Volume } from './generated/schema.js';
import type { Send } from './operation-types.js';

const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
const GROWTH = 1.5;

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
  const show = async (volumeId: string, signal: AbortSignal | undefined): Promise<Volume> => {
    const { volume } = await send('showVolume', { path: { volume_id: volumeId }, signal });
    return volume;
  };
  return {
    untilAvailable: (volumeId, options = {}) =>
      polled(options, async (isLast) => {
        const volume = await show(volumeId, options.signal);
        if (volume.status === 'available') return volume;
        requireHope(volume, 'available', isLast);
        return undefined;
      }),
    untilDeleted: async (volumeId, options = {}) => {
      await polled(options, async (isLast) => {
        try {
          requireHope(await show(volumeId, options.signal), 'deleted', isLast);
          return undefined;
        } catch (error) {
          if (error instanceof NotFound) return true;
          throw error;
        }
      });
    },
  };
}

/** @throws {WaitFailed} when nothing more is to be expected of a volume. */
function requireHope({ id, status }: Volume, wanted: string, isLast: boolean): void {
  if (isLast || status.startsWith('error')) throw new WaitFailed(id, status, wanted);
}

/** Looks until a look has a result, and a last time when the time is over. */
async function polled<Result>(
  { timeoutMs = TIMEOUT_MS, signal }: WaitOptions,
  look: (isLast: boolean) => Promise<Result | undefined>,
): Promise<Result> {
  const end = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const leftMs = end - performance.now();
    const result = await look(leftMs <= 0);
    if (result !== undefined) return result;
    await pause(Math.min(pauseMs, Math.max(leftMs, 0)), signal);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
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
