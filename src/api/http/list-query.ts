import type { Page, SortKey } from '../../platform/database/page.js';
import { InvalidInput } from '../../platform/errors.js';

/** A query string as Express parses it: a repeated parameter is an array. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const LARGEST_OFFSET = 2 ** 31 - 1;

const PAGE_PARAMETERS: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
]);

/** Reads the parameters of a query, each with a single value. @throws InvalidInput */
export function readParameters(query: Query): ReadonlyMap<string, string> {
  return new Map(Object.entries(query).map(([name, value]) => [name, single(name, value)]));
}

/** Parses paging, sorting and filters of a query. @throws InvalidInput */
export function readPage(query: Query, maxLimit: number): Page {
  const filters = [...readParameters(query)].filter(([name]) => !PAGE_PARAMETERS.has(name));
  return {
    limit: Math.min(readNumber(query, 'limit', maxLimit, Infinity), maxLimit),
    offset: readNumber(query, 'offset', 0, LARGEST_OFFSET),
    marker: query['marker'] === undefined ? null : single('marker', query['marker']),
    sort: readSort(query),
    filters: new Map(filters),
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
  // The number of valid keys is small, so requiring distinct keys bounds the statement, which grows with their square.
  if (new Set(named.map(({ key }) => key)).size < named.length)
    throw new InvalidInput('Invalid input received: a sort key is given more than once.');
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
