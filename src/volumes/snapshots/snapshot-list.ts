import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import { type Query, readPage } from '../../api/http/list-query.js';
import type { Microversion } from '../../microversion/microversion.js';
import { booleanParameter } from '../../api/http/boolean-parameter.js';

/** Filters that every caller may use. */
const FILTERS: ReadonlySet<string> = new Set([
  ...['name', 'status', 'volume_id', 'metadata', 'availability_zone', 'consumes_quota'],
]);

/** Sort keys of snapshot lists. */
const SORTABLE: ReadonlySet<string> = new Set([
  ...['id', 'created_at', 'updated_at', 'volume_id', 'status', 'volume_size', 'user_id', 'project_id'],
  ...['display_name', 'display_description', 'volume_type_id', 'progress', 'group_snapshot_id'],
]);

/** An empty list of snapshots, for any valid query. @throws InvalidInput, NotFound */
export function snapshotList(
  { isAdmin }: Pick<RequestContext, 'isAdmin'>,
  version: Microversion,
  query: Query,
): object {
  const { filters, marker, sort } = readPage(query, 1);
  const named = new Map(filters);
  const isCounted = version.has('list-count') && booleanParameter('with_count', named.get('with_count'));
  if (version.has('list-count')) named.delete('with_count');
  if (version.has('resource-filters')) {
    checkFilterNames(named.keys(), isAdmin ? null : FILTERS);
    for (const name of ['consumes_quota', 'use_quota']) booleanParameter('use_quota', named.get(name));
  }
  if (marker !== null) throw snapshotNotFound(marker);
  const isSortable = (key: string): boolean =>
    SORTABLE.has(key) || (key === 'name' && version.has('snapshot-sort-name'));
  if (!sort.every(({ key }) => isSortable(key)))
    throw new InvalidInput('Invalid input received: Invalid sort key');
  return { snapshots: [], ...(isCounted ? { count: 0 } : {}) };
}

export function snapshotNotFound(id: string): NotFound {
  return new NotFound(`Snapshot ${id.slice(0, 255)} could not be found.`);
}
