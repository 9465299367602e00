import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject } from '../contract/index.js';
import { checkOptions } from '../registry/driver-options.js';
import { fakeOptionsSchema, type FakeOptions } from './fake-options.js';
import { FaultScript } from './fault-script.js';

function scriptOf(options: JsonObject): FaultScript {
  const checked = checkOptions(fakeOptionsSchema, options);
  if ('problem' in checked) throw new Error(checked.problem);
  return new FaultScript(checked.options as unknown as FakeOptions);
}

const signal = new AbortController().signal;

/** Returns the outcome of each of several createExport calls: `ok` or the error code. */
async function endings(
  script: FaultScript,
  subjects: Parameters<FaultScript['play']>[1][],
): Promise<string[]> {
  const ends: string[] = [];
  for (const subject of subjects) {
    const playing = script.play('createExport', subject, signal, () => Promise.resolve('ok'));
    ends.push(await playing.catch((error: unknown) => (error as { code: string }).code));
  }
  return ends;
}

const fault = (more: JsonObject = {}) => ({ faults: [{ call: 'createExport', error: 'BUSY', ...more }] });

describe('a scripted fault', () => {
  it('strikes every call of its method and no other', async () => {
    const script = scriptOf(fault());
    expect(await endings(script, [{}, {}])).toEqual(['BUSY', 'BUSY']);
    await expect(script.play('removeExport', {}, signal, () => Promise.resolve('ok'))).resolves.toBe('ok');
  });

  it('fails with its message', async () => {
    const playing = scriptOf(fault({ message: 'as told' })).play('createExport', {}, signal, () =>
      Promise.resolve(),
    );
    await expect(playing).rejects.toMatchObject({ name: 'DriverError', code: 'BUSY', message: 'as told' });
  });

  it('lets the first calls pass and strikes as often as configured', async () => {
    const script = scriptOf(fault({ skip: 1, times: 2 }));
    expect(await endings(script, [{}, {}, {}, {}])).toEqual(['ok', 'BUSY', 'BUSY', 'ok']);
  });

  it('strikes one volume only', async () => {
    const script = scriptOf(fault({ volume: 'v1' }));
    expect(await endings(script, [{ volumeId: 'v1' }, { volumeId: 'v2' }, {}])).toEqual(['BUSY', 'ok', 'ok']);
  });

  it('strikes connectors with its values only, and counts only these', async () => {
    const script = scriptOf(fault({ connector: { ref_fail: 'export', nested: { a: [1] } }, times: 1 }));
    const matching = { connectors: [{ ref_fail: 'export', nested: { a: [1] }, host: 'h' }] };
    const other = { connectors: [{ ref_fail: 'export' }] };
    expect(await endings(script, [other, {}, matching, matching])).toEqual(['ok', 'ok', 'BUSY', 'ok']);
  });

  it.each([
    ['before', false],
    ['after', true],
  ])('in the phase "%s" finds the work done: %j', async (phase, done) => {
    const work = jest.fn(() => Promise.resolve());
    const playing = scriptOf(fault({ phase })).play('createExport', {}, signal, work);
    await expect(playing).rejects.toMatchObject({ code: 'BUSY' });
    expect(work.mock.calls.length > 0).toBe(done);
  });

  it('hangs until the call is aborted', async () => {
    const abort = new AbortController();
    let settled = false;
    const playing = scriptOf(fault({ hang: true }))
      .play('createExport', {}, abort.signal, () => Promise.resolve())
      .finally(() => (settled = true));
    const refused = expect(playing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    abort.abort();
    await refused;
  });

  it('strikes validateConnector at once', () => {
    const script = scriptOf({ faults: [{ call: 'validateConnector', error: 'INVALID_CONNECTOR', skip: 1 }] });
    const check = () => script.check('validateConnector', { connectors: [{}] });
    expect(check).not.toThrow();
    expect(check).toThrow('scripted fault of validateConnector');
  });

  it.each([{ hang: true }, { phase: 'after' }])('cannot make validateConnector wait: %j', (more) => {
    const checked = checkOptions(fakeOptionsSchema, { faults: [{ call: 'validateConnector', ...more }] });
    expect(checked).toHaveProperty('problem');
  });
});

describe('a scripted latency', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('delays the work of its method', async () => {
    const work = jest.fn(() => Promise.resolve('ok'));
    const playing = scriptOf({ latency_ms: { createExport: 50 } }).play('createExport', {}, signal, work);
    await jest.advanceTimersByTimeAsync(49);
    expect(work).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    await expect(playing).resolves.toBe('ok');
  });

  it('ends early when the call is aborted, without the work', async () => {
    const abort = new AbortController();
    const work = jest.fn(() => Promise.resolve());
    const playing = scriptOf({ latency_ms: { createExport: 50 } }).play(
      'createExport',
      {},
      abort.signal,
      work,
    );
    const refused = expect(playing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    abort.abort();
    await refused;
    expect(work).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is refused for what is no method', () => {
    expect(checkOptions(fakeOptionsSchema, { latency_ms: { createExprot: 1 } })).toHaveProperty('problem');
  });
});
