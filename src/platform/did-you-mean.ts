/** Shorter parts are in too many names. */
const TELLING_LENGTH = 4;

/**
 * Returns `; did you mean X?` with the known name that a mistyped one resembles, or an empty text.
 * @param prefix written before the name.
 */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const best = resembling(name, known) ?? overlapping(name, known);
  return best === undefined ? '' : `; did you mean ${prefix}${best}?`;
}

function resembling(name: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(name.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .filter(({ distance }) => distance <= most)
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** The shortest name that contains the mistyped one, or the longest that it contains. */
function overlapping(name: string, known: readonly string[]): string | undefined {
  const byLength = known
    .filter(({ length }) => length >= TELLING_LENGTH)
    .sort((one, other) => one.length - other.length);
  const longer = byLength.find((candidate) => name.length >= TELLING_LENGTH && candidate.includes(name));
  return longer ?? byLength.findLast((candidate) => name.includes(candidate));
}

/** Number of characters to insert, remove, replace or swap with the next one. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + Number(!isSame),
        isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 0;
}
