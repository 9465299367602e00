import type { ExportState } from './volume-driver.js';

/** Selects one page of a list that is ordered by volume id. */
export interface ExportPage {
  /** Return only exports of volumes with a greater id; null for the first page. */
  readonly after: string | null;
  /** Maximum number of exports to return; at least 1. */
  readonly limit: number;
}

/**
 * Returns one page of an unordered list, for drivers whose tools always list all exports. If a volume occurs twice, its
 * last entry is returned.
 *
 * @example
 * async listExports(page: ExportPage, { signal }: CallContext) {
 *   return exportPage(await this.readTargets(signal), page);
 * }
 */
export function exportPage(
  exports: readonly ExportState[],
  { after, limit }: ExportPage,
): readonly ExportState[] {
  const byVolume = new Map(exports.map((state) => [state.volumeId, state]));
  return [...byVolume.values()]
    .filter(({ volumeId }) => after === null || volumeId > after)
    .sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1))
    .slice(0, limit);
}
