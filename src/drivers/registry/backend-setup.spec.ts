import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DriverError } from '../contract/index.js';
import { BackendSetup } from './backend-setup.js';

const away = new DriverError('UNAVAILABLE', 'no answer');
const NOT_YET = 'the backend is not set up yet: requests for it are refused';

let lines: string[];
let warnings: unknown[];
beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  warnings = [];
});
afterEach(() => {
  jest.useRealTimers();
});

/** A setup whose calls are answered by these functions in turn; counts the calls. */
function subject(...answers: (() => Promise<void>)[]) {
  const calls = { count: 0 };
  const setup = new BackendSetup({
    driver: 'a-driver',
    timeoutMs: 500,
    explain: (thrown) => new Error(`explained: ${thrown instanceof Error ? thrown.message : 'nothing'}`),
    log: {
      info: (message) => void lines.push(message),
      warn: (message, fields) => {
        lines.push(message);
        warnings.push(fields);
      },
    },
    setup: () => {
      const answer = answers[calls.count] ?? (() => Promise.resolve());
      calls.count += 1;
      return answer();
    },
  });
  return { setup, calls };
}

const refuse = (thrown: unknown) => (): Promise<void> => {
  throw thrown;
};

describe('the setup of a backend', () => {
  it('is over when it succeeds', async () => {
    const { setup, calls } = subject();
    await setup.begin();
    await jest.advanceTimersByTimeAsync(600_000);
    expect([setup.missing, calls.count, lines]).toEqual([null, 1, []]);
  });

  it.each([
    new DriverError('FAILED_PRECONDITION', 'no group'),
    new DriverError('INTERNAL', 'x'),
    new Error('y'),
  ])('fails where waiting does not help: %p', async (thrown) => {
    const { setup, calls } = subject(refuse(thrown));
    await expect(setup.begin()).rejects.toThrow(`explained: ${thrown.message}`);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(calls.count).toBe(1);
    expect(setup.missing).toEqual({
      reason: `explained: ${thrown.message}`,
      retryAfterS: 60,
      isFinal: true,
    });
  });

  it('is retried with growing pauses while the backend does not answer, and each failure is logged once', async () => {
    const { setup, calls } = subject(...Array<() => Promise<void>>(9).fill(refuse(away)));
    let late = 0;
    setup.onLate(() => (late += 1));
    await setup.begin();
    expect(setup.missing).toEqual({ reason: 'explained: no answer', retryAfterS: 1 });
    const pauses: number[] = [];
    while (calls.count < 10) {
      const before = [calls.count, Date.now()] as const;
      while (calls.count === before[0]) await jest.advanceTimersByTimeAsync(1000);
      pauses.push((Date.now() - before[1]) / 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect([setup.missing, late]).toEqual([null, 1]);
    expect(lines).toEqual([...Array<string>(9).fill(NOT_YET), 'the backend is set up']);
  });

  it('is retried when the backend answers with a different error than before', async () => {
    const { setup } = subject(refuse(away), refuse(new DriverError('FAILED_PRECONDITION', 'no group')));
    await setup.begin();
    await jest.advanceTimersByTimeAsync(1000);
    expect(setup.missing?.reason).toBe('explained: no group');
    await jest.advanceTimersByTimeAsync(2000);
    expect(setup.missing).toBeNull();
  });

  it('that takes too long does not block the start, and is never called twice at a time', async () => {
    let finish: () => void = () => undefined;
    const { setup, calls } = subject(() => new Promise<void>((resolve) => (finish = resolve)));
    const begun = setup.begin();
    await jest.advanceTimersByTimeAsync(500);
    await begun;
    expect(setup.missing).toEqual({ reason: 'explained: no answer within 500 ms', retryAfterS: 5 });
    await jest.advanceTimersByTimeAsync(600_000);
    expect(calls.count).toBe(1);
    expect(lines).toEqual([NOT_YET]);
    finish();
    await jest.advanceTimersByTimeAsync(0);
    expect([setup.missing, lines]).toEqual([null, [NOT_YET, 'the backend is set up']]);
    expect(warnings).toEqual([
      expect.objectContaining({ driver: 'a-driver', remedy: expect.stringContaining('restart the server') }),
    ]);
  });

  it('is tried no more once it is stopped', async () => {
    const { setup, calls } = subject(refuse(away));
    await setup.begin();
    setup.stop();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(calls.count).toBe(1);
  });
});
