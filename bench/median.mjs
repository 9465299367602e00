/** Returns the median of the numbers, which outliers hardly affect; null if there are none. */
export function median(numbers) {
  const sorted = numbers.filter((number) => number !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Returns the median of each of the named figures. */
export function medians(rounds, names) {
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))]));
}

/** Returns the ratio of two figures, or null when one is unknown, or too small for the clock. */
export function ratio(figure, to) {
  return figure === null || to === null || to === 0 ? null : figure / to;
}
