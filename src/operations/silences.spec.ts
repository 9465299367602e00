import { describe, expect, it } from '@jest/globals';
import { isDead, listened, type Silence } from './silences.js';

const NEVER: ReadonlyMap<string, Silence> = new Map();

/** Looks of a process at another one that renews itself no more, so many milliseconds apart. @returns whether it is dead. */
function after(gapsMs: readonly number[], { leaseS, plannedMs }: { leaseS: number; plannedMs: number }) {
  const heard = [{ id: 'other', renewedAt: 'once', leaseS }];
  const silences = [0, ...gapsMs].reduce(
    (before, sinceMs) => listened(before, heard, { sinceMs, plannedMs }),
    NEVER,
  );
  return isDead(silences.get('other')!);
}

const times = (count: number, gapMs: number): number[] => Array.from({ length: count }, () => gapMs);

describe('a process that renews itself no more', () => {
  it.each([
    ['the same lease', { leaseS: 30, plannedMs: 10_000 }, 10_000, 3],
    ['a longer lease than the one that listens', { leaseS: 300, plannedMs: 1000 }, 1000, 300],
    ['a shorter one', { leaseS: 3, plannedMs: 1000 }, 1000, 3],
  ])('is dead after its own lease: %s', (_, look, gapMs, looks) => {
    expect(after(times(looks - 1, gapMs), look)).toBe(false);
    expect(after(times(looks, gapMs), look)).toBe(true);
  });

  it('is not dead because of one long pause, however short its lease', () => {
    expect(after([9800, 1000], { leaseS: 3, plannedMs: 1000 })).toBe(false);
    expect(after([20_000], { leaseS: 3, plannedMs: 10_000 })).toBe(false);
  });

  it('is not dead because of a pause in which it could not be heard', () => {
    expect(after([1000, 1000, 3_000_000], { leaseS: 3, plannedMs: 1000 })).toBe(false);
    expect(after([1000, 1000, 3_000_000, 1000, 1000, 1000], { leaseS: 3, plannedMs: 1000 })).toBe(true);
  });

  it('is dead although the one that listens is slow at times, if its lease is long', () => {
    const looks = Array.from({ length: 200 }, (_, look) => (look % 60 === 0 ? 2500 : 1500));
    expect(after(looks, { leaseS: 300, plannedMs: 1000 })).toBe(true);
  });
});

it('a process that has renewed itself is heard anew', () => {
  const look = { sinceMs: 1000, plannedMs: 1000 };
  const heard = (renewedAt: string) => [{ id: 'other', renewedAt, leaseS: 3 }];
  const silent = listened(listened(NEVER, heard('a'), look), heard('a'), look);
  expect(silent.get('other')?.ms).toBe(1000);
  expect(listened(silent, heard('b'), look).get('other')?.ms).toBe(0);
  expect(listened(silent, [], look).size).toBe(0);
});
