import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput } from '../common/errors.js';
import type { Condition, ListColumn, ListSource } from '../database/page.js';
import { isTrueText } from '../http/boolean-text.js';
import type { Microversion } from '../microversion/microversion.js';

const text = (column: string): ListColumn => ({ column, whenNull: '' });
const certain = (column: string): ListColumn => ({ column, whenNull: null });

/** The columns that clients may sort by, and admins filter by, under the names that Cinder gave them. */
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

/** Filters that every caller may use, and the columns behind them. */
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

/** Whether a caller may see an attachment, as a condition on its row. */
export function visibility(ctx: RequestContext): Condition[] {
  return ctx.isAdmin ? [] : [{ sql: 'project_id = ?', parameters: [ctx.projectId] }];
}

/**
 * The conditions that a list's filters and the caller's identity amount to, or null when nothing can fulfil them
 * (SPEC 8.1, 8.2).
 * @throws InvalidInput for a filter that the caller may not use.
 */
export function listConditions(
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
  const keys = Object.keys(named);
  if (version.has('resource-filters') && keys.some((key) => !isAscii(key))) {
    throw new InvalidInput('Invalid filters: a filter has a name outside of ASCII.');
  }
  const conditions = adminConditions(Object.entries(named));
  return conditions === null ? null : [...scope, ...conditions];
}

type Filters = readonly (readonly [string, string])[];

function publicConditions(version: Microversion, filters: Filters): Condition[] {
  const unknown = filters.map(([key]) => key).filter((key) => !PUBLIC_FILTERS.has(key));
  if (unknown.length > 0 && version.has('resource-filters')) {
    throw new InvalidInput(`Invalid filters ${unknown.join(',')} are found in query options.`);
  }
  return filters.flatMap(([key, value]) => {
    const column = PUBLIC_FILTERS.get(key);
    return column === undefined ? [] : [equals(column, value, filters)];
  });
}

function adminConditions(filters: Filters): Condition[] | null {
  const conditions: Condition[] = [];
  for (const [key, value] of filters) {
    const isLike = key.endsWith('~');
    const name = isLike ? key.slice(0, -1) : key;
    const column = PUBLIC_FILTERS.get(name) ?? COLUMNS.get(name)?.column;
    // As Cinder: to an admin, what is no column is a condition that no row fulfils.
    if (column === undefined) return null;
    conditions.push(isLike ? contains(column, value) : equals(column, value, filters));
  }
  return conditions;
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

/** Filters that leave few rows, whose index is the one to use. */
const SELECTIVE: ReadonlySet<string> = new Set(['id', 'volume_id', 'instance_id', 'instance_uuid']);

function equals(column: string, value: string, all: Filters): Condition {
  // What the wire shows as the text "null" is no mode yet.
  if (column === 'attach_mode' && value === 'null') return { sql: 'attach_mode IS NULL', parameters: [] };
  // Without statistics SQLite takes the index on project and status for the better one, and reads all of a project.
  if (column === 'attach_status' && all.some(([key]) => SELECTIVE.has(key))) {
    return { sql: "COALESCE(attach_status, '') = ?", parameters: [value] };
  }
  return { sql: `${column} = ?`, parameters: [value] };
}

function contains(column: string, value: string): Condition {
  const literal = value.replace(/[!%_]/g, (mark) => `!${mark}`);
  return { sql: `${column} LIKE ? ESCAPE '!'`, parameters: [`%${literal}%`] };
}
