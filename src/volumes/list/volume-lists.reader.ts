import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { type Condition, countRows, readRows, type Page } from '../../platform/database/page.js';
import { Reader } from '../../platform/database/reader.js';
import { GatheredValues, type MetadataValues, type ValueRow } from './metadata-values.js';
import { DETAIL_LIST, SUMMARY_LIST } from './volume-list.js';
import { type StoredVolume, type VolumeRow, volumeRow } from '../volume/volume-row.js';

/** A volume in the short list. */
export type VolumeSummary = Pick<VolumeRow, 'id' | 'name'>;

/** Count and total size of many volumes. */
export interface VolumeTotals {
  readonly count: number;
  readonly sizeGib: number;
}

interface TotalsRow {
  readonly total: number | string;
  /** Databases whose integers exceed JavaScript numbers return sums as strings. */
  readonly size: number | string | null;
}

/** Rows per query: covers several values if each has one volume, and wastes few rows if one value has all. */
const STEP = 100;

/** Pages of volumes, and totals over them. */
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
      'large',
    );
    return { count: Number(row?.total ?? 0), sizeGib: Number(row?.size ?? 0) };
  }

  /**
   * The values of each metadata key of the volumes, in order. The cost depends on the number of distinct values, not of
   * volumes: each value is found from the previous one in the index.
   * @param projectId undefined for all projects.
   * @param limitMs milliseconds after which the rest is left out.
   */
  async metadataValues(projectId: string | undefined, limitMs: number): Promise<MetadataValues> {
    const endMs = performance.now() + limitMs;
    const gathered = new GatheredValues();
    let last: ValueRow | null = null;
    let isInKey = false;
    for (;;) {
      const rows: ValueRow[] = await this.valuesAfter(projectId, last, isInKey);
      gathered.add(rows);
      const isEndOfKey = rows.length < STEP;
      if (isEndOfKey && !isInKey) return gathered.result(true);
      if (gathered.hasEnough() || performance.now() > endMs) return gathered.result(false);
      last = rows.at(-1) ?? last;
      isInKey = !isEndOfKey && !gathered.hasEnough(last?.meta_key);
    }
  }

  /** The first rows after `last`: other values of the same key, or the following keys. */
  private async valuesAfter(
    projectId: string | undefined,
    last: ValueRow | null,
    isInKey: boolean,
  ): Promise<ValueRow[]> {
    const isMariadb = this.reader.dialect === 'mariadb';
    // With an equality, MariaDB would look up only that part in the index and read all rows before the value.
    const equal = (column: string, value: string): Condition =>
      isMariadb
        ? { sql: `${column} >= ? AND ${column} <= ?`, parameters: [value, value] }
        : { sql: `${column} = ?`, parameters: [value] };
    const beyond = (column: string, value: string): Condition => ({
      sql: `${column} > ?`,
      parameters: [value],
    });
    const conditions: Condition[] = projectId === undefined ? [] : [equal('project_id', projectId)];
    if (last !== null && isInKey)
      conditions.push(equal('meta_key', last.meta_key), beyond('meta_value', last.meta_value));
    else if (last !== null) conditions.push(beyond('meta_key', last.meta_key));
    const [index, order] =
      projectId === undefined
        ? ['volume_metadata_value', 'meta_key, meta_value']
        : ['volume_metadata_project_value', 'project_id, meta_key, meta_value'];
    const table = `volume_metadata${isMariadb ? ` FORCE INDEX (${index})` : ''}`;
    return this.reader.rows<ValueRow>(
      `SELECT meta_key, meta_value FROM ${table}${where(conditions)} ORDER BY ${order} LIMIT ${STEP}`,
      parametersOf(conditions),
      'large',
    );
  }
}

function where(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

function parametersOf(conditions: readonly Condition[]): Condition['parameters'] {
  return conditions.flatMap(({ parameters }) => parameters);
}
