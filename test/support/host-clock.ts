import { performance } from 'node:perf_hooks';
import { jest } from '@jest/globals';

const dateNow = Date.now.bind(Date);
const performanceNow = performance.now.bind(performance);

/** The real time, whatever the mocked clock shows. */
export const rightTime = dateNow;

/** Shifts this process's wall clock relative to the real time; `jest.restoreAllMocks()` resets it. */
export function setClockBy(ms: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => dateNow() + ms);
}

/** Advances the monotonic clock by `ms` at once. */
export function letTimePass(ms: number): void {
  jest.spyOn(performance, 'now').mockImplementation(() => performanceNow() + ms);
}
