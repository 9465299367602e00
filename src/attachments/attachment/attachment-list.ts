import type { RequestContext } from '../../api/auth/request-context.js';
import { contains } from '../../platform/database/filter-conditions.js';
import type { Condition, ListColumn, ListSource, Page } from '../../platform/database/page.js';
import { isTrueText } from '../../api/http/boolean-text.js';
import { type Query, readPage } from '../../api/http/list-query.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import type { Microversion } from '../../microversion/microversion.js';

const text = (column: string): ListColumn => ({ column, whenNull: '' });
const certain = (column: string): ListColumn => ({ column, whenNull: null });

/** Columns that clients may sort by and admins filter by, under Cinder's names. */
const COLUMNS: ReadonlyMap<string, ListColumn> = new Map([
  ['id', certain('id')],
  ['volume_id', certain('volume_id')],
  ['instance_uuid', text('instance_uuid')],
  ['attached_host', text('attached_host')],
  ['mountpoint', text('mountpoint')],
  ['attach_time', text('attach_time')],
  ['attach_status', certain('attach_status')],
  ['attach_mode', text('attach_mode')],
  ['connection_info', text('connection_info')],
  ['connector', text('connector')],
  ['created_at', certain('created_at')],
  ['updated_at', text('updated_at')],
]);

/** Filters that every caller may use, with their columns. */
const PUBLIC_FILTERS: ReadonlyMap<string, string> = new Map([
  ['volume_id', 'volume_id'],
  ['instance_id', 'instance_uuid'],
  ['attach_status', 'attach_status'],
  ['status', 'attach_status'],
]);

const SUMMARY = 'id, volume_id, instance_uuid, attach_status';

export const notFoundText = (id: string): string =>
  `Volume attachment could not be found with filter: attachment_id = ${id}.`;

const source = (select: string): ListSource => ({
  table: 'attachments',
  select,
  sortable: COLUMNS,
  missing: notFoundText,
});

export const SUMMARY_LIST = source(SUMMARY);
export const DETAIL_LIST = source(`${SUMMARY}, attach_time, attach_mode, connection_info`);

/** Restricts rows to the attachments that the caller may see. */
export function visibility(ctx: RequestContext): Condition[] {
  return ctx.isAdmin ? [] : [{ sql: 'project_id = ?', parameters: [ctx.projectId] }];
}

/** Which attachments a caller lists. */
export interface AttachmentListRequest {
  /** Null if no row can match. */
  readonly conditions: readonly Condition[] | null;
  readonly page: Page;
}

/** Parses the query of a list. @throws InvalidInput */
export function attachmentListRequest(
  ctx: RequestContext,
  version: Microversion,
  query: Query,
  maxLimit: number,
): AttachmentListRequest {
  const page = readPage(query, maxLimit);
  return { conditions: listConditions(ctx, version, page.filters), page };
}

/**
 * Translates a list's filters and the caller's scope into conditions; null if no row can match
 * (docs/specification.md#list).
 * @throws InvalidInput for a filter that the caller may not use.
 */
function listConditions(
  ctx: RequestContext,
  version: Microversion,
  filters: ReadonlyMap<string, string>,
): Condition[] | null {
  const { all_tenants: allTenants, project_id: projectId, ...named } = Object.fromEntries(filters);
  if (!ctx.isAdmin) {
    const own = Object.entries(projectId === undefined ? named : { ...named, project_id: projectId });
    return [{ sql: 'project_id = ?', parameters: [ctx.projectId] }, ...publicConditions(version, own)];
  }
  const everywhere = allTenants !== undefined && isTrueText(allTenants);
  const project = everywhere ? projectId : ctx.projectId;
  const scope = project === undefined ? [] : [{ sql: 'project_id = ?', parameters: [project] }];
  if (version.has('resource-filters')) checkFilterNames(Object.keys(named), null);
  const conditions = adminConditions(Object.entries(named));
  return conditions === null ? null : [...scope, ...conditions];
}

type Filters = readonly (readonly [string, string])[];

function publicConditions(version: Microversion, filters: Filters): Condition[] {
  const names = filters.map(([key]) => key);
  if (version.has('resource-filters')) checkFilterNames(names, new Set(PUBLIC_FILTERS.keys()));
  return filters.flatMap(([key, value]) => {
    const column = PUBLIC_FILTERS.get(key);
    return column === undefined ? [] : [equals(column, value)];
  });
}

function adminConditions(filters: Filters): Condition[] | null {
  const conditions: Condition[] = [];
  for (const [key, value] of filters) {
    const isLike = key.endsWith('~');
    const name = isLike ? key.slice(0, -1) : key;
    const column = PUBLIC_FILTERS.get(name) ?? COLUMNS.get(name)?.column;
    // As in Cinder: for an admin, an unknown column matches no row.
    if (column === undefined) return null;
    conditions.push(isLike ? contains(column, value) : equals(column, value));
  }
  return conditions;
}

function equals(column: string, value: string): Condition {
  // The wire shows an unset mode as the string "null".
  if (column === 'attach_mode' && value === 'null') return { sql: 'attach_mode IS NULL', parameters: [] };
  return { sql: `${column} = ?`, parameters: [value] };
}
