/** Time is counted in slices, so that a stop of any length costs one slice. */
const SLICE_MS = 1000;

/** A slice that ends later than this was stopped meanwhile. */
const LATE_MS = 500;

/** How many slices are not counted, so that a process that is always late does not wait for ever. */
const STOPS = 5;

/** What {@link afterRunning} returns. */
export interface RunningTimer {
  cancel(): void;
}

/**
 * Calls `onTimeUp` once, after this process has run for `ms`. Time in which it was stopped does not count (SIGSTOP, a frozen
 * container, a host that is moved): what it waits for may have come meanwhile, and nobody has looked yet.
 */
export function afterRunning(ms: number, onTimeUp: () => void): RunningTimer {
  let [leftMs, stops] = [ms, STOPS];
  let timer: NodeJS.Timeout;
  const runSlice = () => {
    const sliceMs = Math.min(leftMs, SLICE_MS);
    const begin = performance.now();
    timer = setTimeout(() => {
      const passedMs = performance.now() - begin;
      if (passedMs - sliceMs > LATE_MS && stops > 0) stops -= 1;
      else leftMs -= Math.max(sliceMs, passedMs);
      if (leftMs > 0) runSlice();
      else onTimeUp();
    }, sliceMs);
  };
  runSlice();
  return { cancel: () => clearTimeout(timer) };
}
