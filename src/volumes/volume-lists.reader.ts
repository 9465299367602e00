import { Injectable } from '@nestjs/common';
import { type Condition, countRows, readRows } from '../database/page.js';
import { Reader } from '../database/reader.js';
import type { Page } from '../http/list-query.js';
import { DETAIL_LIST, SUMMARY_LIST } from './volume-list.js';
import { type StoredVolume, type VolumeRow, volumeRow } from './volume-row.js';

/** What the short list shows of a volume. */
export type VolumeSummary = Pick<VolumeRow, 'id' | 'name'>;

/** What many volumes amount to. */
export interface VolumeTotals {
  readonly count: number;
  readonly sizeGib: number;
}

interface TotalsRow {
  readonly total: number | string;
  /** Sums come as texts from databases whose integers are larger than numbers. */
  readonly size: number | string | null;
}

interface ValueRow {
  readonly meta_key: string;
  readonly meta_value: string;
}

/** Pages of volumes, and what they amount to. */
@Injectable()
export class VolumeListsReader {
  constructor(private readonly reader: Reader) {}

  async summaries(conditions: readonly Condition[], page: Page): Promise<VolumeSummary[]> {
    return readRows<VolumeSummary>(this.reader, SUMMARY_LIST, conditions, page);
  }

  async rows(conditions: readonly Condition[], page: Page): Promise<VolumeRow[]> {
    return (await readRows<StoredVolume>(this.reader, DETAIL_LIST, conditions, page)).map(volumeRow);
  }

  async count(conditions: readonly Condition[]): Promise<number> {
    return countRows(this.reader, 'volumes', conditions);
  }

  async totals(conditions: readonly Condition[]): Promise<VolumeTotals> {
    const [row] = await this.reader.rows<TotalsRow>(
      `SELECT COUNT(*) AS total, SUM(size) AS size FROM volumes${where(conditions)}`,
      parametersOf(conditions),
    );
    return { count: Number(row?.total ?? 0), sizeGib: Number(row?.size ?? 0) };
  }

  /** Every value of each key of the volumes' metadata. */
  async metadataValues(
    conditions: readonly Condition[],
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const rows = await this.reader.rows<ValueRow>(
      'SELECT DISTINCT meta_key, meta_value FROM volume_metadata WHERE volume_id IN ' +
        `(SELECT id FROM volumes${where(conditions)}) ORDER BY meta_key, meta_value`,
      parametersOf(conditions),
    );
    const values = new Map<string, string[]>();
    for (const { meta_key: key, meta_value: value } of rows)
      values.set(key, [...(values.get(key) ?? []), value]);
    return Object.fromEntries(values);
  }
}

function where(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

function parametersOf(conditions: readonly Condition[]): Condition['parameters'] {
  return conditions.flatMap(({ parameters }) => parameters);
}
