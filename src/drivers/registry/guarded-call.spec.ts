import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CallTimedOut, guardedCall, type LateEnd } from './guarded-call.js';

const limits = { timeoutMs: 100, abortGraceMs: 50 };

/** Records whether a promise has settled, without waiting for it. */
function watch(promise: Promise<unknown>) {
  const seen = { settled: false };
  const note = () => {
    seen.settled = true;
  };
  promise.then(note, note);
  return seen;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

describe('guardedCall', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('answers what the work answers and is over with it', async () => {
    const { answer, over } = guardedCall(limits, () => Promise.resolve('done'));
    await expect(answer).resolves.toBe('done');
    await over;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('turns a synchronous throw into a rejection', async () => {
    const { answer } = guardedCall(limits, () => {
      throw new TypeError('at once');
    });
    await expect(answer).rejects.toThrow('at once');
  });

  it('answers and aborts when the time is up, not earlier', async () => {
    let signal: AbortSignal | undefined;
    const { answer } = guardedCall(limits, (given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    const seen = watch(answer);
    await jest.advanceTimersByTimeAsync(99);
    expect([seen.settled, signal?.aborted]).toEqual([false, false]);
    await jest.advanceTimersByTimeAsync(1);
    await expect(answer).rejects.toThrow(CallTimedOut);
    expect(signal?.aborted).toBe(true);
  });

  it('restarts the full timeout of work that reports progress', async () => {
    let progress: () => void = () => undefined;
    const { answer } = guardedCall(limits, (_signal, given) => {
      progress = given;
      return new Promise(() => undefined);
    });
    const seen = watch(answer);
    for (let part = 0; part < 10; part += 1) {
      await jest.advanceTimersByTimeAsync(99);
      progress();
    }
    expect(seen.settled).toBe(false);
    await jest.advanceTimersByTimeAsync(99);
    expect(seen.settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await expect(answer).rejects.toThrow(CallTimedOut);
    progress();
    await jest.advanceTimersByTimeAsync(limits.abortGraceMs);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('starts no timer for progress reported after the end', async () => {
    let progress: () => void = () => undefined;
    const { answer, over } = guardedCall(limits, (_signal, given) => {
      progress = given;
      return Promise.resolve('done');
    });
    await answer;
    await over;
    progress();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is over only when work that was aborted has settled', async () => {
    const work = deferred<string>();
    const ends: LateEnd[] = [];
    const { answer, over } = guardedCall(
      limits,
      () => work.promise,
      (end) => void ends.push(end),
    );
    const seen = watch(over);
    const refused = expect(answer).rejects.toThrow(CallTimedOut);
    await jest.advanceTimersByTimeAsync(149);
    await refused;
    expect(seen.settled).toBe(false);
    work.resolve('late');
    await over;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ends).toEqual(['settled']);
  });

  it('gives up work that does not settle within the grace', async () => {
    const ends: LateEnd[] = [];
    const never = new Promise<never>(() => undefined);
    const { answer, over } = guardedCall(
      limits,
      () => never,
      (end) => void ends.push(end),
    );
    const refused = expect(answer).rejects.toThrow(CallTimedOut);
    await jest.advanceTimersByTimeAsync(150);
    await refused;
    await over;
    expect(ends).toEqual(['abandoned']);
  });

  it.each([120, 5_000])('swallows a rejection that comes after %d ms', async (ms) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const work = deferred<string>();
      const { answer, over } = guardedCall(limits, () => work.promise);
      const refused = expect(answer).rejects.toThrow(CallTimedOut);
      await jest.advanceTimersByTimeAsync(ms);
      await refused;
      work.reject(new Error('too late'));
      await over;
      // Node reports unhandled rejections after the microtasks have run.
      jest.useRealTimers();
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  });
});
