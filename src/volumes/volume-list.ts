import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput } from '../common/errors.js';
import type { Condition, ListColumn, ListSource } from '../database/page.js';
import type { Feature } from '../microversion/history.js';
import type { Microversion } from '../microversion/microversion.js';
import { booleanParameter } from './boolean-parameter.js';
import { filterCondition } from './volume-filters.js';
import { VOLUME_COLUMNS } from './volume-row.js';

const text = (column: string): ListColumn => ({ column, whenNull: '' });
const certain = (column: string): ListColumn => ({ column, whenNull: null });

/** What clients may sort by. */
const SORTABLE: ReadonlyMap<string, ListColumn> = new Map([
  ['id', certain('id')],
  ['name', text('name')],
  ['display_name', text('name')],
  ['description', text('description')],
  ['display_description', text('description')],
  ['size', certain('size')],
  ['status', certain('status')],
  ['attach_status', certain('attach_status')],
  ['migration_status', text('migration_status')],
  ['availability_zone', certain('availability_zone')],
  ['bootable', certain('bootable')],
  ['multiattach', certain('multiattach')],
  ['volume_type_id', text('volume_type_id')],
  ['host', certain('backend')],
  ['project_id', certain('project_id')],
  ['user_id', certain('user_id')],
  ['created_at', certain('created_at')],
  ['updated_at', text('updated_at')],
]);

/** Filters that every caller may use. */
const PUBLIC_FILTERS: ReadonlySet<string> = new Set([
  'name',
  'status',
  'metadata',
  'bootable',
  'migration_status',
  'availability_zone',
  'group_id',
  'size',
  'created_at',
  'updated_at',
  'consumes_quota',
]);

/** Filters that older versions do not know and leave out. */
const SINCE: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['glance_metadata', 'glance-metadata-filter'],
  ['group_id', 'group-filter'],
  // They came with comparisons at time-comparison, but filters of all names pass from resource-filters on.
  ['created_at', 'resource-filters'],
  ['updated_at', 'resource-filters'],
]);

export const volumeNotFound = (id: string): string => `Volume ${id} could not be found.`;

const source = (select: string): ListSource => ({
  table: 'volumes',
  select,
  sortable: SORTABLE,
  missing: volumeNotFound,
});

export const SUMMARY_LIST = source('id, name');
export const DETAIL_LIST = source(VOLUME_COLUMNS);

type Filters = ReadonlyMap<string, string>;

/** Whose volumes a list shows: the caller's project's; all, or another project's, for an admin who asks for it. */
export function scopeConditions(ctx: RequestContext, filters: Filters): Condition[] {
  const everywhere = ctx.isAdmin && booleanParameter('all_tenants', filters.get('all_tenants'));
  const projectId = everywhere ? filters.get('project_id') : ctx.projectId;
  return projectId === undefined ? [] : [{ sql: 'project_id = ?', parameters: [projectId] }];
}

/**
 * The conditions that a list's filters and the caller's identity amount to, or null when nothing can fulfil them
 * (SPEC 23.2).
 * @throws InvalidInput for a filter that the caller may not use, or a value that it cannot have.
 */
export function listConditions(
  ctx: RequestContext,
  version: Microversion,
  filters: Filters,
): Condition[] | null {
  const conditions = scopeConditions(ctx, filters);
  for (const [key, value] of usableFilters(ctx, version, filters)) {
    const condition = filterCondition(version, key, value);
    if (condition === null) return null;
    if (condition !== 'always') conditions.push(condition);
  }
  return conditions;
}

function usableFilters(ctx: RequestContext, version: Microversion, filters: Filters): [string, string][] {
  const named = [...filters].filter(([key]) => key !== 'all_tenants');
  const isKnown = ([key]: readonly [string, string]): boolean => {
    const since = SINCE.get(key);
    return since === undefined || version.has(since);
  };
  if (ctx.isAdmin) {
    checkAscii(version, named);
    return named.filter(([key]) => key !== 'project_id').filter(isKnown);
  }
  const isPublic = ([key]: readonly [string, string]): boolean => PUBLIC_FILTERS.has(key);
  if (!version.has('resource-filters')) return named.filter(isPublic).filter(isKnown);
  checkAscii(version, named);
  const unknown = named.filter((filter) => !isPublic(filter)).map(([key]) => key);
  if (unknown.length > 0)
    throw new InvalidInput(`Invalid filters ${unknown.join(',')} are found in query options.`);
  return named;
}

function checkAscii(version: Microversion, filters: readonly (readonly [string, string])[]): void {
  const isOdd = ([key]: readonly [string, string]): boolean => /\P{ASCII}/u.test(key);
  if (version.has('resource-filters') && filters.some(isOdd)) {
    throw new InvalidInput('Filter keys can only contain ASCII characters.');
  }
}
