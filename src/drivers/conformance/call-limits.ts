import type { CallContext } from '../contract/index.js';

/** A call that did not end in time. The kit no longer waits for it. */
export class DidNotSettle extends Error {
  override readonly name = 'DidNotSettle';

  /** @param isOfAborted true if its caller had aborted it: it may only be slow. */
  constructor(
    message: string,
    readonly isOfAborted = false,
  ) {
    super(message);
  }
}

/** A method is not called any more: it did not settle in several tests. */
export class NeverSettles extends Error {
  override readonly name = 'NeverSettles';

  constructor(readonly method: string) {
    super(`${method} never settles: the test was not run`);
  }
}

/** Number of tests in which a method may not settle before those left do without it. */
const MOST_HANGS = 3;

type Start<T> = (call: CallContext) => Promise<T> | T;

/** How long the kit waits for the calls of one driver. */
export class CallLimits {
  /** Methods that did not settle once: later tests wait only `promptMs` for them. */
  private readonly hanging = new Set<string>();
  /** In how many tests each method did not settle. */
  private readonly hangs = new Map<string, number>();

  /**
   * @param callMs limit of a call; its progress begins it anew.
   * @param promptMs limit once the call is aborted.
   */
  constructor(
    private readonly callMs: number,
    private readonly promptMs: number,
  ) {}

  /** Counts a test in which the method did not settle. */
  noteHang(method: string): void {
    this.hangs.set(method, (this.hangs.get(method) ?? 0) + 1);
  }

  /** @throws NeverSettles if waiting for the method would only take time. */
  assertSettles(method: string): void {
    if ((this.hangs.get(method) ?? 0) >= MOST_HANGS) throw new NeverSettles(method);
  }

  /**
   * Makes a call. When the time is up, the call is aborted, and given up after another `promptMs`.
   * @param given the caller's context; null if the method takes none.
   * @throws DidNotSettle, also if the call ended only because it was aborted.
   */
  async within<T>(method: string, given: CallContext | null, start: Start<T>): Promise<T> {
    const callMs = this.hanging.has(method) ? this.promptMs : this.callMs;
    try {
      return await new TimedCall(method, callMs, this.promptMs, given).run(start);
    } catch (error) {
      if (error instanceof DidNotSettle && !error.isOfAborted) this.hanging.add(method);
      throw error;
    }
  }
}

class TimedCall {
  private readonly end = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  /** Says so, once the time is up. */
  private late: DidNotSettle | null = null;
  private giveUp: (reason: DidNotSettle) => void = () => undefined;

  constructor(
    private readonly method: string,
    private readonly callMs: number,
    private readonly promptMs: number,
    private readonly given: CallContext | null,
  ) {}

  async run<T>(start: Start<T>): Promise<T> {
    const { given } = this;
    const givenUp = new Promise<never>((_, reject) => (this.giveUp = reject));
    const onAbort = () => this.waitUntilPrompt(`${this.method} did not settle`, true);
    given?.signal.addEventListener('abort', onAbort, { once: true });
    if (given?.signal.aborted === true) onAbort();
    else this.waitUntilLate();
    try {
      const result = await Promise.race([start(this.context()), givenUp]);
      // A success that came too late is none.
      if (this.late !== null) throw this.late;
      return result;
    } catch (error) {
      throw this.late ?? error;
    } finally {
      given?.signal.removeEventListener('abort', onAbort);
      clearTimeout(this.timer);
    }
  }

  private context(): CallContext {
    const { given, end } = this;
    const signal = given === null ? end.signal : AbortSignal.any([given.signal, end.signal]);
    const progress = () => {
      if (this.late === null && !signal.aborted) this.waitUntilLate();
    };
    return {
      requestId: given?.requestId ?? '',
      signal,
      ...(given?.progress !== undefined && { progress }),
    };
  }

  private waitUntilLate(): void {
    this.wait(this.callMs, () => {
      const late = `${this.method} did not settle within ${this.callMs} ms`;
      this.late = new DidNotSettle(`${late}, but only when it was aborted`);
      this.end.abort(new Error(late));
      this.waitUntilPrompt(`${late}, nor`);
    });
  }

  private waitUntilPrompt(before: string, isOfAborted = false): void {
    this.wait(this.promptMs, () => {
      this.late = new DidNotSettle(`${before} within ${this.promptMs} ms of being aborted`, isOfAborted);
      this.giveUp(this.late);
    });
  }

  private wait(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }
}
