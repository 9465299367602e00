import { InvalidInput, NotFound } from '../common/errors.js';
import type { Page, SortKey } from '../http/list-query.js';
import type { Reader, SqlValue } from './reader.js';

/** A condition in SQL with `?` placeholders, and the values for them. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** A column that lists can be sorted and filtered by; what clients call it may differ. */
export interface ListColumn {
  readonly column: string;
  /** A NULL sorts as the type's zero value, alike on all databases; null where there is no NULL (and an index can serve). */
  readonly whenNull: '' | 0 | null;
}

export interface ListSource {
  readonly table: string;
  /** The columns to select. */
  readonly select: string;
  /** What clients may sort by. */
  readonly sortable: ReadonlyMap<string, ListColumn>;
  /** Name of the thing for the text of a 404 for an unknown marker. */
  readonly missing: (id: string) => string;
}

/**
 * The rows of one page. Pages continue by the sort values of the marker's row, so that a page costs the same
 * wherever it lies. Reads at most `page.limit` rows.
 * @param visible what the caller may see: a marker beyond it counts as unknown.
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
  );
}

/** How many rows fulfil the conditions. */
export async function countRows(
  reader: Reader,
  table: string,
  conditions: readonly Condition[],
): Promise<number> {
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const [row] = await reader.rows<{ total: number | string }>(
    `SELECT COUNT(*) AS total FROM ${table}${where}`,
    conditions.flatMap(({ parameters }) => parameters),
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

/** As Cinder: an unknown marker is told before a wrong sort key. */
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

/** Rows strictly after the given values: beyond in the first column, or equal there and beyond in the next… */
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
  // Says again what follows from the alternatives: it lets the database begin in the index at the marker.
  const bound = `${first.expression} ${first.direction === 'asc' ? '>=' : '<='} ?`;
  return {
    sql: `${bound} AND (${alternatives.join(' OR ')})`,
    parameters: [values[0] ?? null, ...parameters],
  };
}
