import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput } from '../common/errors.js';
import type { Condition, ListColumn, ListSource } from '../database/page.js';
import { VOLUME_TYPE_FILTERS } from '../deployment/index.js';
import type { Microversion } from '../microversion/microversion.js';
import { parseDictionary } from '../common/filter-literal.js';
import { USER_VISIBLE } from './extra-specs.js';
import { VOLUME_TYPE_COLUMNS } from './volume-type.js';

const certain = (column: string): ListColumn => ({ column, whenNull: null });
const text = (column: string): ListColumn => ({ column, whenNull: '' });

/** What types can be sorted by, and admins filter by. */
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

/** What a list's filters amount to. */
export interface VolumeTypeSelection {
  readonly conditions: readonly Condition[];
  /** Extra specs that a type must have; the database cannot look into them. */
  readonly extraSpecs: ReadonlyMap<string, string>;
}

/**
 * The types that a caller asks for and may see, or null when there can be none.
 * @throws InvalidInput for a filter that the caller may not use, or whose value means nothing.
 */
export function selectTypes(
  ctx: Pick<RequestContext, 'isAdmin'>,
  version: Microversion,
  filters: ReadonlyMap<string, string>,
): VolumeTypeSelection | null {
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
    // As Cinder: to an admin, what is no column is a condition that no row fulfils.
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
  // Before there was a list of filters, members' filters were dropped.
  if (!version.has('type-extra-specs-filter')) return { conditions, extraSpecs: new Map() };
  // cinderclient sends all_tenants with every search by name.
  const unknown = [...filters.keys()].filter((key) => !PUBLIC_FILTERS.has(key) && key !== 'all_tenants');
  if (unknown.length > 0) {
    throw new InvalidInput(`Invalid filters ${unknown.join(',')} are found in query options.`);
  }
  const extraSpecs = readExtraSpecs(filters.get('extra_specs'));
  // A filter by what the caller may not see would tell what is there.
  if ([...extraSpecs.keys()].some((key) => !USER_VISIBLE.has(key))) return null;
  return { conditions, extraSpecs };
}

const PUBLIC: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const PRIVATE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** Which types an admin wants to see: public ones, private ones, or (null) both. */
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
