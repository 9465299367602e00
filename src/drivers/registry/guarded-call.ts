import { afterRunning, type RunningTimer } from '../../platform/running-time.js';

/** Time limits of a driver call. */
export interface CallLimits {
  /** Milliseconds after which the caller gets an answer in any case; without those in which this process was stopped. */
  readonly timeoutMs: number;
  /** Milliseconds that a driver has after an abort to stop, before the call is abandoned. */
  readonly abortGraceMs: number;
}

/** A call timed out. */
export class CallTimedOut extends Error {
  override readonly name = 'CallTimedOut';

  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** Outcome of a call that timed out: it `settled` late, or was `abandoned` because it never settled. */
export type LateEnd = 'settled' | 'abandoned';

export interface GuardedCall<T> {
  /** The outcome of the work, or a rejection with {@link CallTimedOut}. */
  readonly answer: Promise<T>;
  /** Resolves, and never rejects, when the work has settled or the timeout and the grace period have passed. */
  readonly over: Promise<void>;
}

/**
 * Starts `work` and aborts it on timeout. Each report of progress restarts the timeout. A rejection after the timeout is
 * swallowed, since nobody waits for it any more.
 */
export function guardedCall<T>(
  limits: CallLimits,
  work: (signal: AbortSignal, progress: () => void) => Promise<T> | T,
  onLateEnd: (end: LateEnd) => void = () => undefined,
): GuardedCall<T> {
  const abort = new AbortController();
  let hasSettled = false;
  let timer: RunningTimer | undefined;
  let onTimeUp: () => void = () => undefined;
  const startClock = () => {
    timer?.cancel();
    if (!hasSettled && !abort.signal.aborted) timer = afterRunning(limits.timeoutMs, () => onTimeUp());
  };
  // The async function turns a synchronous throw of the work into a rejection.
  const running = (async () => work(abort.signal, startClock))();
  let finish: () => void;
  const over = new Promise<void>((resolve) => (finish = resolve));
  const answer = new Promise<T>((resolve, reject) => {
    let graceTimer: RunningTimer | undefined;
    onTimeUp = () => {
      const timedOut = new CallTimedOut(limits.timeoutMs);
      reject(timedOut);
      graceTimer = afterRunning(limits.abortGraceMs, () => {
        onLateEnd('abandoned');
        finish();
      });
      abort.abort(timedOut);
    };
    startClock();
    const settle = () => {
      hasSettled = true;
      timer?.cancel();
      graceTimer?.cancel();
      if (graceTimer !== undefined) onLateEnd('settled');
      finish();
    };
    running.then(resolve, reject).finally(settle);
  });
  return { answer, over };
}
