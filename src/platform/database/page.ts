import { InvalidInput, NotFound } from '../errors.js';
import type { Reader, SqlValue } from './reader.js';

export interface SortKey {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

/** The part of a list that a client asks for (docs/specification.md#lists). */
export interface Page {
  /** Maximum number of rows: the client's limit, capped by the server's maximum. */
  readonly limit: number;
  /** Rows to skip after the marker. */
  readonly offset: number;
  /** Id of the last row that the client has seen; null to begin at the start. */
  readonly marker: string | null;
  /** A total order: ends with created_at and id unless the client named them. */
  readonly sort: readonly SortKey[];
  /** Remaining query parameters: the filters. */
  readonly filters: ReadonlyMap<string, string>;
}

/** A page's rows, its limit and, if requested, the total count. */
export interface PageOf<T> {
  readonly rows: readonly T[];
  readonly limit: number;
  readonly count?: number;
}

/** An SQL condition with `?` placeholders, and its values. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** A sortable and filterable column; its name in the API may differ. */
export interface ListColumn {
  readonly column: string;
  /** NULL sorts as the type's zero value on all databases; null if the column has no NULLs (so that an index can serve it). */
  readonly whenNull: '' | 0 | null;
}

export interface ListSource {
  readonly table: string;
  /** The columns to select. */
  readonly select: string;
  /** Columns that clients may sort by. */
  readonly sortable: ReadonlyMap<string, ListColumn>;
  /** Builds the 404 message for an unknown marker. */
  readonly missing: (id: string) => string;
}

/**
 * Reads one page of at most `page.limit` rows. Pages continue from the sort values of the marker's row, so that a page
 * costs the same at any position.
 * @param visible conditions of what the caller may see: other markers count as unknown.
 * @throws InvalidInput for an unknown sort key, NotFound for an unknown marker.
 */
export async function readRows<Row>(
  reader: Reader,
  source: ListSource,
  conditions: readonly Condition[],
  page: Page,
  visible: readonly Condition[] = [],
): Promise<Row[]> {
  if (page.marker !== null) await requireMarker(reader, source, page.marker, visible);
  const order = page.sort.map((key) => ({ ...key, expression: sortExpression(source, key) }));
  const all = [...conditions];
  if (page.marker !== null) all.push(after(order, await markerValues(reader, source, order, page.marker)));
  if (page.limit === 0) return [];
  const where = all.length === 0 ? '' : ` WHERE ${all.map(({ sql }) => sql).join(' AND ')}`;
  const orderBy = order.map(({ expression, direction }) => `${expression} ${direction}`).join(', ');
  return reader.rows<Row>(
    `SELECT ${source.select} FROM ${source.table}${where} ORDER BY ${orderBy} LIMIT ? OFFSET ?`,
    [...all.flatMap(({ parameters }) => parameters), page.limit, page.offset],
    // Even a short page may require reading many rows that a filter rejects.
    'large',
  );
}

/** Counts the rows that match the conditions. */
export async function countRows(
  reader: Reader,
  table: string,
  conditions: readonly Condition[],
): Promise<number> {
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const [row] = await reader.rows<{ total: number | string }>(
    `SELECT COUNT(*) AS total FROM ${table}${where}`,
    conditions.flatMap(({ parameters }) => parameters),
    'large',
  );
  return Number(row?.total ?? 0);
}

interface OrderTerm extends SortKey {
  readonly expression: string;
}

function sortExpression({ sortable }: ListSource, { key }: SortKey): string {
  const sorted = sortable.get(key);
  if (sorted === undefined) throw new InvalidInput('Invalid input received: Invalid sort key');
  if (sorted.whenNull === null) return sorted.column;
  return `COALESCE(${sorted.column}, ${sorted.whenNull === '' ? "''" : '0'})`;
}

/** As in Cinder, an unknown marker is reported before an invalid sort key. */
async function requireMarker(
  reader: Reader,
  { table, missing }: ListSource,
  marker: string,
  visible: readonly Condition[],
): Promise<void> {
  const where = ['id = ?', ...visible.map(({ sql }) => sql)].join(' AND ');
  const parameters = [marker, ...visible.flatMap((condition) => condition.parameters)];
  const rows = await reader.rows(`SELECT id FROM ${table} WHERE ${where}`, parameters);
  if (rows.length === 0) throw new NotFound(missing(marker));
}

async function markerValues(
  reader: Reader,
  { table, missing }: ListSource,
  order: readonly OrderTerm[],
  marker: string,
): Promise<SqlValue[]> {
  const values = order.map(({ expression }, index) => `${expression} AS v${index}`).join(', ');
  const [row] = await reader.rows<Record<string, SqlValue>>(`SELECT ${values} FROM ${table} WHERE id = ?`, [
    marker,
  ]);
  if (row === undefined) throw new NotFound(missing(marker));
  return order.map((_, index) => row[`v${index}`] ?? null);
}

/** Matches rows strictly after the given values: beyond in the first column, or equal there and beyond in the next… */
function after(order: readonly OrderTerm[], values: readonly SqlValue[]): Condition {
  const alternatives: string[] = [];
  const parameters: SqlValue[] = [];
  order.forEach(({ expression, direction }, index) => {
    const equal = order.slice(0, index).map((term) => `${term.expression} = ?`);
    alternatives.push(`(${[...equal, `${expression} ${direction === 'asc' ? '>' : '<'} ?`].join(' AND ')})`);
    parameters.push(...values.slice(0, index + 1));
  });
  const [first] = order;
  if (first === undefined) throw new Error('a page has an order');
  // Redundant with the alternatives, but lets the database start at the marker in the index.
  const bound = `${first.expression} ${first.direction === 'asc' ? '>=' : '<='} ?`;
  return {
    sql: `${bound} AND (${alternatives.join(' OR ')})`,
    parameters: [values[0] ?? null, ...parameters],
  };
}
