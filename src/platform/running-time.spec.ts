import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { afterRunning } from './running-time.js';

describe('afterRunning', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** When the next timer is called, the clock has gone on by as much. */
  const lateBy = (ms: number) => {
    const real = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementationOnce(() => real() + ms);
  };

  it.each([20, 1000, 2500])('calls once after %d ms, not earlier', (ms) => {
    const onTimeUp = jest.fn();
    afterRunning(ms, onTimeUp);
    jest.advanceTimersByTime(ms - 1);
    expect(onTimeUp).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    jest.advanceTimersByTime(10_000);
    expect(onTimeUp).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not call once it is cancelled', () => {
    const onTimeUp = jest.fn();
    const timer = afterRunning(2500, onTimeUp);
    jest.advanceTimersByTime(2400);
    timer.cancel();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(10_000);
    expect(onTimeUp).not.toHaveBeenCalled();
  });

  it('does not count a slice in which the process was stopped', () => {
    const onTimeUp = jest.fn();
    afterRunning(2000, onTimeUp);
    jest.advanceTimersByTime(1999);
    lateBy(60_000);
    jest.advanceTimersByTime(1);
    expect(onTimeUp).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1000);
    expect(onTimeUp).toHaveBeenCalledTimes(1);
  });

  it('ends although the process is always late', () => {
    const onTimeUp = jest.fn();
    afterRunning(1000, onTimeUp);
    for (let slice = 0; slice < 6; slice += 1) {
      expect(onTimeUp).not.toHaveBeenCalled();
      lateBy(60_000);
      jest.advanceTimersByTime(1000);
    }
    expect(onTimeUp).toHaveBeenCalledTimes(1);
  });

  it('counts the time by which a busy process looks late', () => {
    const onTimeUp = jest.fn();
    afterRunning(3000, onTimeUp);
    for (let slice = 0; slice < 2; slice += 1) {
      expect(onTimeUp).not.toHaveBeenCalled();
      lateBy(400);
      jest.advanceTimersByTime(1000);
    }
    jest.advanceTimersByTime(200);
    expect(onTimeUp).toHaveBeenCalledTimes(1);
  });
});
