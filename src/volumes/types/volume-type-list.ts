import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Condition, ListColumn, ListSource } from '../../platform/database/page.js';
import { VOLUME_TYPE_FILTERS } from '../../api/http/resource-filters.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import type { Microversion } from '../../microversion/microversion.js';
import { parseDictionary } from '../../platform/filter-literal.js';
import { USER_VISIBLE } from './extra-specs.js';
import { VOLUME_TYPE_COLUMNS } from './volume-type.js';

const certain = (column: string): ListColumn => ({ column, whenNull: null });
const text = (column: string): ListColumn => ({ column, whenNull: '' });

/** Columns that type lists can be sorted by; admins can also filter by them. */
const COLUMNS: ReadonlyMap<string, ListColumn> = new Map([
  ['id', certain('id')],
  ['name', certain('name')],
  ['description', text('description')],
  ['is_public', certain('is_public')],
  ['created_at', certain('created_at')],
  ['updated_at', text('updated_at')],
]);

const PUBLIC_FILTERS: ReadonlySet<string> = new Set(VOLUME_TYPE_FILTERS);

export const notFoundText = (id: string): string => `Volume type ${id} could not be found.`;

export const VOLUME_TYPE_LIST: ListSource = {
  table: 'volume_types',
  select: VOLUME_TYPE_COLUMNS,
  sortable: COLUMNS,
  missing: notFoundText,
};

/** The types that a list's filters select. */
export interface VolumeTypeSelection {
  readonly conditions: readonly Condition[];
  /** Extra specs that a type must have. They cannot be matched in SQL. */
  readonly extraSpecs: ReadonlyMap<string, string>;
}

/**
 * Selects the types that the caller asks for and may see; null if there can be none.
 * @throws InvalidInput for a filter that the caller may not use, or a bad value.
 */
export function selectTypes(
  ctx: Pick<RequestContext, 'isAdmin'>,
  version: Microversion,
  filters: ReadonlyMap<string, string>,
): VolumeTypeSelection | null {
  if (version.has('type-extra-specs-filter'))
    checkFilterNames(filters.keys(), ctx.isAdmin ? null : PUBLIC_FILTERS);
  return ctx.isAdmin ? adminSelection(filters) : memberSelection(version, filters);
}

function adminSelection(filters: ReadonlyMap<string, string>): VolumeTypeSelection | null {
  const publicity = readPublicity(filters.get('is_public'));
  const extraSpecs = readExtraSpecs(filters.get('extra_specs'));
  const conditions: Condition[] =
    publicity === null ? [] : [{ sql: 'is_public = ?', parameters: [publicity] }];
  for (const [key, value] of filters) {
    if (PUBLIC_FILTERS.has(key)) continue;
    const column = COLUMNS.get(key)?.column;
    // As in Cinder: for an admin, an unknown column matches no row.
    if (column === undefined) return null;
    conditions.push({ sql: `${column} = ?`, parameters: [value] });
  }
  return { conditions, extraSpecs };
}

function memberSelection(
  version: Microversion,
  filters: ReadonlyMap<string, string>,
): VolumeTypeSelection | null {
  const conditions: readonly Condition[] = [{ sql: 'is_public = ?', parameters: [true] }];
  // Before filters were restricted by name, members' filters were ignored.
  if (!version.has('type-extra-specs-filter')) return { conditions, extraSpecs: new Map() };
  const extraSpecs = readExtraSpecs(filters.get('extra_specs'));
  // Filtering by invisible extra specs would reveal them.
  if ([...extraSpecs.keys()].some((key) => !USER_VISIBLE.has(key))) return null;
  return { conditions, extraSpecs };
}

const PUBLIC: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const PRIVATE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** Types that an admin wants to see: public, private, or (null) both. */
function readPublicity(text: string | undefined): boolean | null {
  if (text === undefined) return true;
  const word = text.trim().toLowerCase();
  if (word === 'none') return null;
  if (PUBLIC.has(word)) return true;
  if (PRIVATE.has(word)) return false;
  throw new InvalidInput(`Invalid is_public filter [${text}]`);
}

function readExtraSpecs(text: string | undefined): ReadonlyMap<string, string> {
  const pairs = text === undefined ? new Map<string, string>() : parseDictionary(text);
  if (pairs === null) {
    throw new InvalidInput(
      `Invalid input received: the filter extra_specs must look like {"multiattach": "<is> True"}.`,
    );
  }
  return pairs;
}
