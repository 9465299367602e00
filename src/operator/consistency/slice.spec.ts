import { describe, expect, it } from '@jest/globals';
import { commonEnd, isCutOff, sliceOf } from './slice.js';

const rows = (...ids: string[]) => ids.map((volumeId) => ({ volumeId }));

describe('a slice of rows that were read with a limit', () => {
  it('has no end when less than the limit was there', () => {
    expect(sliceOf(rows('a', 'b'), 3).end).toBeNull();
    expect(sliceOf([], 3).end).toBeNull();
  });

  it('ends before the last volume, of which there may be more', () => {
    expect(sliceOf(rows('a', 'b', 'c', 'c'), 4).end).toBe('b');
  });

  it('ends with a volume that fills it alone, and is cut off there', () => {
    const slice = sliceOf(rows('a', 'a'), 2);
    expect([slice.end, isCutOff(slice)]).toEqual(['a', true]);
    expect(isCutOff(sliceOf(rows('a', 'a'), 3))).toBe(false);
    expect(isCutOff(sliceOf(rows('a', 'b'), 2))).toBe(false);
  });

  it('reaches as far as the shortest of several', () => {
    const to = (end: string | null) => ({ rows: [], end });
    expect(commonEnd([to(null), to('c'), to('b'), to(null)])).toBe('b');
    expect(commonEnd([to(null), to(null)])).toBeNull();
  });
});
