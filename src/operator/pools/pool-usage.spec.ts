import { performance } from 'node:perf_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import type { Reader } from '../../platform/database/reader.js';
import { PoolUsage } from './pool-usage.js';

/** A table of volumes that grows by one with each count, which takes so many milliseconds. */
function counted(tookMs: number) {
  let nowMs = 1_000;
  let counts = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const reader = {
    rows: async () => {
      counts += 1;
      nowMs += tookMs;
      return Promise.resolve([{ backend: 'one', volumes: String(counts), gigabytes: '7' }]);
    },
  } as unknown as Reader;
  const usage = new PoolUsage(reader);
  return {
    volumes: async () => (await usage.byBackend()).get('one')?.volumes,
    pass: (ms: number) => (nowMs += ms),
  };
}

describe('PoolUsage', () => {
  it('counts each time where that is quick', async () => {
    const { volumes } = counted(499);
    expect([await volumes(), await volumes()]).toEqual([1, 2]);
  });

  it('counts once for all who ask meanwhile', async () => {
    const { volumes } = counted(1);
    expect(await Promise.all([volumes(), volumes(), volumes()])).toEqual([1, 1, 1]);
    expect(await volumes()).toBe(2);
  });

  it('spends at most a twentieth of the time on counts that are long', async () => {
    const { volumes, pass } = counted(2_000);
    expect(await volumes()).toBe(1);
    pass(39_999);
    expect(await volumes()).toBe(1);
    pass(1);
    expect(await volumes()).toBe(2);
  });
});
