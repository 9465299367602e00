const REPEATS = 3;

/**
 * How many times as much processor time work takes when its input is four times as long: about 4 for linear work, 16 for
 * quadratic. A ratio of two measurements in one run holds on a busy machine too.
 */
export function growth(work: (length: number) => void, length: number): number {
  work(length);
  return leastCpuTime(() => work(4 * length)) / leastCpuTime(() => work(length));
}

function leastCpuTime(work: () => void): number {
  const times = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage().user;
    work();
    return process.cpuUsage().user - before;
  });
  return Math.max(1, Math.min(...times));
}
