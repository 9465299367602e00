import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setClockBy } from '../../test/support/host-clock.js';
import { ageInSeconds, Clock, type Instant } from './clock.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const millisOf = (instant: Instant): number => Date.parse(`${instant.slice(0, 23)}Z`);

afterEach(() => {
  jest.restoreAllMocks();
});

it('an age is in seconds, and never negative', () => {
  const [earlier, later] = ['2026-01-31T12:00:00.500000', '2026-01-31T12:00:02.000000'];
  expect(ageInSeconds(earlier, later)).toBe(1.5);
  expect(ageInSeconds(later, earlier)).toBe(0);
});

describe('the clock', () => {
  it.each([
    ['an hour forward', HOUR_MS],
    ['a day forward', DAY_MS],
    ['an hour back', -HOUR_MS],
    ['a second and a half back', -1_500],
  ])('follows the host when that is set %s', (_, ms) => {
    const clock = new Clock();
    clock.now();
    setClockBy(ms);
    const before = Date.now();
    const told = millisOf(clock.now());
    expect([told >= before - 3, told <= Date.now() + 3]).toEqual([true, true]);
  });

  it("continues when the host's clock is corrected by less than a second", () => {
    const clock = new Clock();
    const before = clock.now();
    setClockBy(-900);
    const told = [clock.now(), clock.now()];
    expect([before, ...told]).toEqual([...new Set([before, ...told])].sort());
    expect(millisOf(told[1] as Instant) - millisOf(before)).toBeLessThan(900);
  });

  it('never says the same twice, nor anything earlier, also after a step back', () => {
    const clock = new Clock();
    for (const ms of [0, -HOUR_MS]) {
      setClockBy(ms);
      const told = Array.from({ length: 5_000 }, () => clock.now());
      expect(told).toEqual([...new Set(told)].sort());
    }
  });
});
