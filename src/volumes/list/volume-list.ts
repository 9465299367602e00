import type { RequestContext } from '../../api/auth/request-context.js';
import type { Condition, ListColumn, ListSource, Page } from '../../platform/database/page.js';
import { type Query, readPage } from '../../api/http/list-query.js';
import { VOLUME_FILTERS } from '../../api/http/resource-filters.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import type { Feature } from '../../microversion/history.js';
import type { Microversion } from '../../microversion/microversion.js';
import { booleanParameter } from '../../api/http/boolean-parameter.js';
import { filterCondition } from './volume-filters.js';
import { VOLUME_COLUMNS, volumeNotFound } from '../volume/volume-row.js';

const text = (column: string): ListColumn => ({ column, whenNull: '' });
const certain = (column: string): ListColumn => ({ column, whenNull: null });

/** Columns that clients may sort by. */
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

const PUBLIC_FILTERS: ReadonlySet<string> = new Set(VOLUME_FILTERS);

/** Filters that older microversions ignore. */
const SINCE: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['glance_metadata', 'glance-metadata-filter'],
  ['group_id', 'group-filter'],
  // Added with time-comparison, but from resource-filters on any filter name passes.
  ['created_at', 'resource-filters'],
  ['updated_at', 'resource-filters'],
  // The column behind consumes_quota; only admins may name it.
  ['use_quota', 'resource-filters'],
]);

const source = (select: string): ListSource => ({
  table: 'volumes',
  select,
  sortable: SORTABLE,
  missing: volumeNotFound,
});

export const SUMMARY_LIST = source('id, name');
export const DETAIL_LIST = source(VOLUME_COLUMNS);

type Filters = ReadonlyMap<string, string>;

/** The projects whose volumes an admin asks for; ignored for other callers. */
export interface VolumeScope {
  readonly allTenants: boolean;
  /** The one project to show among all tenants; undefined for all. */
  readonly projectId?: string | undefined;
}

/** A parsed request for a list of volumes. */
export interface VolumeListRequest {
  readonly page: Page;
  readonly scope: VolumeScope;
  /** Conditions of the filters; null if no volume can match. */
  readonly conditions: readonly Condition[] | null;
  /** True if the number of all matches is wanted. */
  readonly isCounted: boolean;
}

/**
 * Parses a list's query (docs/specification.md#listing-volumes).
 * @throws InvalidInput for a filter that the caller may not use, or a bad value.
 */
export function readVolumeList(
  ctx: RequestContext,
  version: Microversion,
  query: Query,
  maxLimit: number,
): VolumeListRequest {
  const page = readPage(query, maxLimit);
  const filters = new Map(page.filters);
  const isCounted = version.has('list-count') && booleanParameter('with_count', filters.get('with_count'));
  if (version.has('list-count')) filters.delete('with_count');
  const scope = readScope(ctx, filters);
  return { page, scope, conditions: conditionsOf(ctx, version, filters), isCounted };
}

/** Parses the scope of a summary, which supports no other filter and no project. @throws InvalidInput */
export function readSummaryScope(ctx: RequestContext, query: Query, maxLimit: number): VolumeScope {
  const { allTenants } = readScope(ctx, readPage(query, maxLimit).filters);
  return { allTenants };
}

function readScope(ctx: RequestContext, filters: Filters): VolumeScope {
  const allTenants = ctx.isAdmin && booleanParameter('all_tenants', filters.get('all_tenants'));
  return { allTenants, projectId: filters.get('project_id') };
}

/** The project whose volumes are listed: the caller's own, or the one an admin asks for (undefined: all projects). */
export function projectInScope(
  ctx: RequestContext,
  { allTenants, projectId }: VolumeScope,
): string | undefined {
  return ctx.isAdmin && allTenants ? projectId : ctx.projectId;
}

/** Like {@link projectInScope}, as a condition. */
export function scopeConditions(ctx: RequestContext, scope: VolumeScope): Condition[] {
  const shown = projectInScope(ctx, scope);
  return shown === undefined ? [] : [{ sql: 'project_id = ?', parameters: [shown] }];
}

function conditionsOf(ctx: RequestContext, version: Microversion, filters: Filters): Condition[] | null {
  const conditions: Condition[] = [];
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
  const areRefused = version.has('resource-filters');
  if (areRefused) checkFilterNames(filters.keys(), ctx.isAdmin ? null : PUBLIC_FILTERS);
  if (ctx.isAdmin) return named.filter(([key]) => key !== 'project_id').filter(isKnown);
  return areRefused ? named : named.filter(([key]) => PUBLIC_FILTERS.has(key)).filter(isKnown);
}
