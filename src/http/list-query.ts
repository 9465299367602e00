import { InvalidInput } from '../common/errors.js';

/** A query string as Express parses it: a repeated parameter is an array. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface SortKey {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

/** Which part of a list a client asks for (SPEC 8.3, 8.4). */
export interface Page {
  /** Most rows to return; the client's wish, at most the server's maximum. */
  readonly limit: number;
  /** Rows to leave out after the marker. */
  readonly offset: number;
  /** Id of the last row that the client has seen, or null to begin at the start. */
  readonly marker: string | null;
  /** A total order: ends with created_at and id unless the client named them. */
  readonly sort: readonly SortKey[];
  /** What is left of the query: filters. */
  readonly filters: ReadonlyMap<string, string>;
}

const LARGEST_OFFSET = 2 ** 31 - 1;

const PAGE_PARAMETERS: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
]);

/** Reads paging, sorting and filters off a query. @throws InvalidInput */
export function readPage(query: Query, maxLimit: number): Page {
  const filters = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!PAGE_PARAMETERS.has(name)) filters.set(name, single(name, value));
  }
  return {
    limit: Math.min(readNumber(query, 'limit', maxLimit, Infinity), maxLimit),
    offset: readNumber(query, 'offset', 0, LARGEST_OFFSET),
    marker: query['marker'] === undefined ? null : single('marker', query['marker']),
    sort: readSort(query),
    filters,
  };
}

function single(name: string, value: string | readonly string[] | undefined): string {
  if (typeof value !== 'string')
    throw new InvalidInput(`Invalid input received: the parameter ${name} is given more than once.`);
  if (value.includes('\u0000') || name.includes('\u0000')) {
    throw new InvalidInput('Invalid input received: a parameter contains a NUL character.');
  }
  return value;
}

function readNumber(query: Query, name: 'limit' | 'offset', absent: number, largest: number): number {
  if (query[name] === undefined) return absent;
  const text = single(name, query[name]).trim();
  if (!/^[+-]?\d+$/.test(text))
    throw new InvalidInput(`Invalid input received: ${name} param must be an integer`);
  const value = Number(text);
  if (value < 0) throw new InvalidInput(`Invalid input received: ${name} param must be positive`);
  if (value > largest)
    throw new InvalidInput(`Invalid input received: ${name} param must not be greater than ${largest}`);
  return value;
}

function readSort(query: Query): readonly SortKey[] {
  const sort = query['sort'];
  if (sort !== undefined && (query['sort_key'] !== undefined || query['sort_dir'] !== undefined)) {
    throw new InvalidInput(
      "The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' parameter.",
    );
  }
  const named =
    sort === undefined
      ? [sortKey(optional('sort_key', query) ?? 'created_at', optional('sort_dir', query))]
      : single('sort', sort)
          .split(',')
          .map((item) => {
            const [key = '', ...direction] = item.split(':');
            return sortKey(key, direction.join(':') || undefined);
          });
  const direction = named[0]?.direction ?? 'desc';
  const missing = ['created_at', 'id'].filter((key) => !named.some((sorted) => sorted.key === key));
  return [...named, ...missing.map((key) => ({ key, direction }))];
}

function optional(name: string, query: Query): string | undefined {
  return query[name] === undefined ? undefined : single(name, query[name]);
}

function sortKey(key: string, direction = 'desc'): SortKey {
  const trimmed = direction.trim();
  if (trimmed !== 'asc' && trimmed !== 'desc') {
    throw new InvalidInput(`Invalid input received: Unknown sort direction, must be one of: asc, desc`);
  }
  return { key: key.trim(), direction: trimmed };
}
