import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LogicalVolume } from './lvm-reports.js';
import { wipe, wipingTags } from './wiping.js';

const { signal } = new AbortController();
const MIB = 2 ** 20;
const VOLUME: LogicalVolume = {
  name: 'volume-1',
  bytes: 4096 * MIB + 4 * MIB,
  attributes: '-wi-a-----',
  dataPercent: null,
  tags: [],
};

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A disk that takes `stepMs` for each step and fails at `diesAt`. */
function disk({
  stepMs = 2000,
  diesAt = Infinity,
  boot = 'b00700',
  timeoutMs = undefined as number | undefined,
} = {}) {
  const ranges: (readonly [begin: number, end: number])[] = [];
  let tags: readonly string[] = [];
  const parts = {
    group: 'vg',
    kind: 'zero' as const,
    timeoutMs,
    bootId: () => Promise.resolve(boot),
    run: async (argv: readonly string[]) => {
      const valueOf = (flag: string) => argv[argv.indexOf(flag) + 1] ?? '';
      if (argv[0] === 'lvchange') {
        tags = argv.includes('--addtag') ? [valueOf('--addtag')] : [];
        return;
      }
      if (ranges.length === diesAt) throw new Error('the server was killed');
      await jest.advanceTimersByTimeAsync(stepMs);
      const begin = Number(valueOf('--offset')) / MIB;
      ranges.push([begin, begin + Number(valueOf('--length')) / MIB]);
    },
  };
  return { parts, ranges, tags: () => tags };
}

/** Returns true if the ranges cover the whole volume. */
function isWhole(ranges: readonly (readonly [number, number])[], from = 0): boolean {
  let end = from;
  for (const [begin, next] of [...ranges].sort(([a], [b]) => a - b)) {
    if (begin > end) return false;
    end = Math.max(end, next);
  }
  return end * MIB === VOLUME.bytes;
}

describe('wiping', () => {
  it('covers the volume step by step, and reports each step', async () => {
    const { parts, ranges } = disk();
    const progress = jest.fn();
    await wipe(VOLUME, '/dev/vg/volume-1', parts, { signal, progress });
    expect(ranges).toHaveLength(17);
    expect(isWhole(ranges)).toBe(true);
    expect(progress).toHaveBeenCalledTimes(17);
  });

  it('continues from its recorded progress after a kill', async () => {
    const first = disk({ diesAt: 8 });
    await expect(wipe(VOLUME, '/dev/vg/volume-1', first.parts, { signal })).rejects.toThrow('killed');
    const noted = { ...VOLUME, tags: [...first.tags(), 'somebody.elses'] };
    expect(wipingTags(noted)).toEqual(['clinker.wiped.1536.b00700']);
    const second = disk();
    await wipe(noted, '/dev/vg/volume-1', second.parts, { signal });
    expect(second.ranges[0]).toEqual([1536, 1792]);
    expect(isWhole(second.ranges, 1536)).toBe(true);
  });

  it('starts over after a reboot, since disks may have lost their caches', async () => {
    const { parts, ranges } = disk({ boot: 'b00701' });
    await wipe({ ...VOLUME, tags: ['clinker.wiped.1536.b00700'] }, '/dev/vg/volume-1', parts, { signal });
    expect(isWhole(ranges)).toBe(true);
  });

  it('ends after wipe_timeout_ms in total, if set, and continues when repeated', async () => {
    const { parts, ranges, tags } = disk({ timeoutMs: 20_000 });
    // AbortSignal.timeout uses a real timer.
    const bound = new AbortController();
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(bound.signal);
    const progress = () => {
      if (ranges.length === 10) bound.abort();
    };
    await expect(wipe(VOLUME, '/dev/vg/volume-1', parts, { signal, progress })).rejects.toMatchObject({
      code: 'BUSY',
      message: expect.stringContaining('wipe_timeout_ms'),
    });
    expect(ranges).toHaveLength(10);
    expect(tags()).toEqual(['clinker.wiped.2304.b00700']);
    jest.restoreAllMocks();
  });
});
