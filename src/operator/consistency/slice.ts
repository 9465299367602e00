/** Facts ordered by the volumes that they are about. */
export interface Slice<Row> {
  readonly rows: readonly Row[];
  /** The slice is complete up to and including this volume; null if nothing follows. */
  readonly end: string | null;
}

/**
 * Builds a slice from rows read with `limit`. The last volume may have more rows, so it is left to the next slice, if
 * others precede it.
 */
export function sliceOf<Row extends { readonly volumeId: string }>(
  rows: readonly Row[],
  limit: number,
): Slice<Row> {
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return { rows, end: null };
  const whole = rows.findLast(({ volumeId }) => volumeId !== last.volumeId);
  return { rows, end: (whole ?? last).volumeId };
}

/** True if the slice holds only one volume, which may have more rows. */
export function isCutOff<Row extends { readonly volumeId: string }>({ rows, end }: Slice<Row>): boolean {
  return end !== null && rows[0]?.volumeId === rows.at(-1)?.volumeId;
}

/** End of the range covered by all slices. */
export function commonEnd(slices: readonly Slice<unknown>[]): string | null {
  return slices.reduce<string | null>((least, { end }) => (isBefore(end, least) ? end : least), null);
}

/** True if an end comes before another; null is the last. */
function isBefore(end: string | null, other: string | null): boolean {
  return end !== null && (other === null || end < other);
}

/** True if a volume is not beyond an end. */
export function isWithin(volumeId: string, end: string | null): boolean {
  return end === null || volumeId <= end;
}
