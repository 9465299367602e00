/** How long a call to a driver may take. */
export interface CallLimits {
  /** Milliseconds until the caller gets an answer in any case. */
  readonly timeoutMs: number;
  /** Milliseconds that a driver may take after its abort to stop, before it is given up. */
  readonly abortGraceMs: number;
}

/** The time of a call was up. */
export class CallTimedOut extends Error {
  override readonly name = 'CallTimedOut';

  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** What became of a call after its caller had gone: it `settled` late, or it was `abandoned` without an end. */
export type LateEnd = 'settled' | 'abandoned';

export interface GuardedCall<T> {
  /** The outcome of the work, or a rejection with {@link CallTimedOut}. */
  readonly answer: Promise<T>;
  /** Resolves, and never rejects, when the work has settled or its time and its grace have passed. */
  readonly over: Promise<void>;
}

/**
 * Starts `work`, and aborts it when its time is up. A rejection that comes later than that is swallowed here:
 * nobody waits for it any more.
 */
export function guardedCall<T>(
  limits: CallLimits,
  work: (signal: AbortSignal) => Promise<T> | T,
  onLateEnd: (end: LateEnd) => void = () => undefined,
): GuardedCall<T> {
  const abort = new AbortController();
  // The async function turns a synchronous throw of the work into a rejection.
  const running = (async () => work(abort.signal))();
  let finish: () => void;
  const over = new Promise<void>((resolve) => (finish = resolve));
  const answer = new Promise<T>((resolve, reject) => {
    let graceTimer: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      const timedOut = new CallTimedOut(limits.timeoutMs);
      reject(timedOut);
      graceTimer = setTimeout(() => {
        onLateEnd('abandoned');
        finish();
      }, limits.abortGraceMs);
      abort.abort(timedOut);
    }, limits.timeoutMs);
    const settle = () => {
      clearTimeout(timer);
      clearTimeout(graceTimer);
      if (graceTimer !== undefined) onLateEnd('settled');
      finish();
    };
    running.then(resolve, reject).finally(settle);
  });
  return { answer, over };
}
