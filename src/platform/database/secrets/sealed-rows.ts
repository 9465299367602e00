import type { DataSource } from 'typeorm';
import { parseJsonColumn } from '../json-column.js';
import { SEALED_COLUMNS } from './sealed-columns.js';

type Place = (typeof SEALED_COLUMNS)[number];

export interface SealedRow {
  readonly id: string;
  /** The column's stored text. */
  readonly text: string;
}

/** Runs SQL with `?` placeholders on every database. */
export async function runSql<Row>(
  source: DataSource,
  sql: string,
  parameters: readonly string[],
): Promise<Row> {
  let position = 0;
  const own =
    source.options.type === 'postgres' ? sql.replaceAll('?', () => `$${String((position += 1))}`) : sql;
  return source.query<Row>(own, [...parameters]);
}

/** Returns at most `limit` rows whose text begins with none of `prefixes`, ordered by id, after `after`. */
export async function rowsWithout(
  source: DataSource,
  { table, column }: Place,
  prefixes: readonly string[],
  after: string,
  limit: number,
): Promise<SealedRow[]> {
  const without = prefixes.map((prefix) => ` AND SUBSTR(${column}, 1, ${String(prefix.length)}) <> ?`);
  return runSql<SealedRow[]>(
    source,
    `SELECT id, ${column} AS text FROM ${table} WHERE id > ? AND ${column} IS NOT NULL AND ${column} <> '{}'${without.join('')} ORDER BY id LIMIT ${String(limit)}`,
    [after, ...prefixes],
  );
}

/** Returns the first row whose text begins with a prefix, or undefined. */
export async function firstRowWith(
  source: DataSource,
  { table, column }: Place,
  prefix: string,
): Promise<SealedRow | undefined> {
  const [row] = await runSql<SealedRow[]>(
    source,
    `SELECT id, ${column} AS text FROM ${table} WHERE SUBSTR(${column}, 1, ${String(prefix.length)}) = ? LIMIT 1`,
    [prefix],
  );
  return row;
}

/** Returns the object or sealed text of a row. */
export function storedIn(row: SealedRow): object {
  return parseJsonColumn(row.text) ?? {};
}
