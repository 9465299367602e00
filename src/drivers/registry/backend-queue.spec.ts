import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BackendFailure, Unavailable } from '../../platform/errors.js';
import { BackendQueue, type QueueLimits, type WorkKind } from './backend-queue.js';
import type { CallObserver } from './circuit.js';

const logged: string[] = [];
const log = {
  info: (message: string) => void logged.push(message),
  warn: (message: string) => void logged.push(message),
};

const silence = () => Promise.resolve(false);

function queueOf(limits: Partial<QueueLimits> = {}, ask = silence): BackendQueue {
  return new BackendQueue(
    'b1',
    1_000,
    { concurrency: 2, queueLength: 2, failures: 2, pauseMs: 5_000, ...limits },
    log,
    ask,
  );
}

let volumes = 0;

/** Runs a job with one call of the given outcome, on a new volume. */
function run(
  queue: BackendQueue,
  heard: (observer: CallObserver) => void,
  { kind = 'request', volume = `v${volumes++}` }: { kind?: WorkKind; volume?: string } = {},
): Promise<string> {
  return queue.run(volume, kind, (observer) => {
    heard(observer);
    return { answer: Promise.resolve('done'), over: Promise.resolve() };
  });
}

const answered = (observer: CallObserver) => observer.answered();
const missed = (observer: CallObserver) => observer.missed();
const untested = () => undefined;

/** A job that runs until it is told to end. */
function lasting(queue: BackendQueue, kind: WorkKind = 'request', volume = `v${volumes++}`) {
  let end!: () => void;
  const over = new Promise<void>((resolve) => (end = resolve));
  let begun = false;
  const result = queue.run(volume, kind, () => {
    begun = true;
    return { answer: over, over };
  });
  result.catch(() => undefined);
  return { end, result, hasBegun: () => begun };
}

async function opened(limits: Partial<QueueLimits> = {}): Promise<BackendQueue> {
  const queue = queueOf(limits);
  await run(queue, missed);
  await run(queue, missed);
  await jest.advanceTimersByTimeAsync(0);
  expect(queue.isAnswering).toBe(false);
  return queue;
}

beforeEach(() => {
  jest.useFakeTimers();
  logged.length = 0;
});
afterEach(() => void jest.useRealTimers());

describe('the queue of a backend', () => {
  it('limits concurrent work, and queues the rest', async () => {
    const queue = queueOf();
    const works = [lasting(queue), lasting(queue), lasting(queue)];
    await jest.advanceTimersByTimeAsync(0);
    expect(works.map((work) => work.hasBegun())).toEqual([true, true, false]);
    works[0]?.end();
    await jest.advanceTimersByTimeAsync(0);
    expect(works[2]?.hasBegun()).toBe(true);
  });

  it('refuses requests beyond its length at once, but no recorded work', async () => {
    const queue = queueOf();
    const works = Array.from({ length: 4 }, () => lasting(queue));
    const refused = await run(queue, answered).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(refused).toMatchObject({ message: expect.stringContaining('is overloaded'), retryAfterS: 5 });
    const recorded = lasting(queue, 'recorded');
    for (const work of works) work.end();
    await jest.advanceTimersByTimeAsync(0);
    expect(recorded.hasBegun()).toBe(true);
  });

  it('gives requests up that wait too long, and their places with them', async () => {
    const queue = queueOf({ queueLength: 1 });
    const busy = [lasting(queue), lasting(queue)];
    const waiting = lasting(queue);
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(waiting.result).rejects.toThrow(BackendFailure);
    expect(queue.refusal()).toBeNull();
    for (const work of busy) work.end();
    await jest.advanceTimersByTimeAsync(0);
    expect(waiting.hasBegun()).toBe(false);
  });

  it('keeps recorded work waiting for a place as long as it takes', async () => {
    const queue = queueOf();
    const busy = [lasting(queue), lasting(queue)];
    const recorded = lasting(queue, 'recorded');
    await jest.advanceTimersByTimeAsync(60_000);
    for (const work of busy) work.end();
    await jest.advanceTimersByTimeAsync(0);
    expect(recorded.hasBegun()).toBe(true);
  });

  it('takes no place for works that wait for their volume', async () => {
    const queue = queueOf();
    const first = lasting(queue, 'request', 'v');
    lasting(queue, 'request', 'v');
    const other = lasting(queue);
    await jest.advanceTimersByTimeAsync(0);
    expect([first.hasBegun(), other.hasBegun()]).toEqual([true, true]);
  });
});

describe('a backend that does not answer', () => {
  it('gets no more requests, and clients are told when to retry', async () => {
    const queue = await opened();
    await jest.advanceTimersByTimeAsync(1_500);
    const work = jest.fn(answered);
    const refused = await run(queue, work).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      message: 'Backend b1 does not answer. Try again later.',
      retryAfterS: 4,
    });
    expect(work).not.toHaveBeenCalled();
    expect(logged).toEqual(['the backend does not answer: requests for it are refused']);
  });

  it('turns away the requests that wait already', async () => {
    const queue = queueOf({ concurrency: 1 });
    const busy = lasting(queue);
    const waiting = lasting(queue);
    const failing = queueOf({ concurrency: 1, failures: 1 });
    busy.end();
    let observer!: CallObserver;
    const over = new Promise<void>(() => undefined);
    failing
      .run('v', 'request', (given) => {
        observer = given;
        return { answer: over, over };
      })
      .catch(() => undefined);
    const turnedAway = lasting(failing);
    const kept = lasting(failing, 'recorded');
    await jest.advanceTimersByTimeAsync(0);
    observer.missed();
    await expect(turnedAway.result).rejects.toThrow(Unavailable);
    expect([turnedAway.hasBegun(), kept.hasBegun(), waiting.hasBegun()]).toEqual([false, false, true]);
  });

  it('does the work that is recorded all the same', async () => {
    const queue = await opened();
    await expect(run(queue, answered, { kind: 'recorded' })).resolves.toBe('done');
    expect(queue.isAnswering).toBe(false);
  });

  it('is tried by one request after the pause, and open to all when that succeeds', async () => {
    const queue = await opened();
    await jest.advanceTimersByTimeAsync(5_000);
    const probe = lasting(queue);
    await jest.advanceTimersByTimeAsync(0);
    expect(probe.hasBegun()).toBe(true);
    await expect(run(queue, answered)).rejects.toMatchObject({ retryAfterS: 1 });
    probe.end();
    await jest.advanceTimersByTimeAsync(0);
    await run(queue, answered);
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(true);
    await expect(run(queue, answered)).resolves.toBe('done');
    expect(logged.at(-1)).toBe('the backend answers again');
  });

  it('is left alone again when the probe fails', async () => {
    const queue = await opened();
    await jest.advanceTimersByTimeAsync(5_000);
    await run(queue, missed);
    await jest.advanceTimersByTimeAsync(0);
    await expect(run(queue, answered)).rejects.toMatchObject({ retryAfterS: 5 });
  });

  it('is tried again at once after a probe that never reached the driver', async () => {
    const queue = await opened();
    await jest.advanceTimersByTimeAsync(5_000);
    await run(queue, untested);
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(false);
    await run(queue, answered);
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(true);
  });
});

describe('what counts', () => {
  it('is the first miss of a work, not what its undoing meets', async () => {
    const queue = queueOf();
    await run(queue, (observer) => {
      observer.missed();
      observer.missed();
      observer.answered();
    });
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(true);
  });

  it('is misses in a row', async () => {
    const queue = queueOf();
    for (const heard of [missed, answered, missed, answered]) await run(queue, heard);
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(true);
  });

  it('is no work that never reached the driver', async () => {
    const queue = queueOf();
    for (const heard of [missed, untested, missed]) await run(queue, heard);
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(false);
  });

  it('is one volume alone only where the backend does not answer for itself either', async () => {
    const ask = jest.fn(() => Promise.resolve(true));
    const queue = queueOf({}, ask);
    for (let works = 0; works < 5; works += 1) await run(queue, missed, { volume: 'v' });
    await jest.advanceTimersByTimeAsync(0);
    expect([queue.isAnswering, ask.mock.calls.length > 0]).toEqual([true, true]);
    expect(logged).toContain('calls for a volume get no answer, although its backend answers');
    await run(queue, missed, { volume: 'other' });
    await jest.advanceTimersByTimeAsync(0);
    expect(queue.isAnswering).toBe(false);
    const dead = queueOf();
    for (let works = 0; works < 2; works += 1) await run(dead, missed, { volume: 'v' });
    await jest.advanceTimersByTimeAsync(0);
    expect(dead.isAnswering).toBe(false);
  });

  it('is nothing where the breaker is off', async () => {
    const queue = queueOf({ failures: 0 });
    for (let works = 0; works < 10; works += 1) await run(queue, missed);
    expect(queue.isAnswering).toBe(true);
  });
});
