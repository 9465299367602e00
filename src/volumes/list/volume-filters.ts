import { InvalidInput } from '../../platform/errors.js';
import { among, contains } from '../../platform/database/filter-conditions.js';
import type { Condition } from '../../platform/database/page.js';
import type { Microversion } from '../../microversion/microversion.js';
import { booleanParameter, parseBoolean } from '../../api/http/boolean-parameter.js';
import { parseDictionary, parseList } from '../../platform/filter-literal.js';
import { MOST_TERMS, timeCondition } from './time-filter.js';
import { backendAt } from '../volume/volume-host.js';

/** The condition that a filter adds, if any; null if no row can match. */
export type FilterCondition = Condition | 'always' | null;

type Filter = (value: string, version: Microversion) => FilterCondition;

const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['name', (value) => equals('name', value)],
  ['display_name', (value) => equals('name', value)],
  ['description', oneOf('description')],
  ['display_description', oneOf('description')],
  ['id', oneOf('id')],
  ['user_id', oneOf('user_id')],
  ['status', oneOf('status')],
  ['attach_status', oneOf('attach_status')],
  ['migration_status', oneOf('migration_status')],
  ['availability_zone', oneOf('availability_zone')],
  ['volume_type_id', oneOf('volume_type_id')],
  ['encryption_key_id', oneOf('encryption_key_id')],
  ['size', sizes],
  ['bootable', flag('bootable')],
  ['multiattach', flag('multiattach')],
  ['created_at', (value) => timeCondition('created_at', value)],
  ['updated_at', (value) => timeCondition('updated_at', value)],
  ['metadata', metadata],
  ['host', host],
  // Every volume counts, none has image metadata, and none is a migration target.
  ['use_quota', useQuota],
  ['consumes_quota', (value, version) => (version.has('resource-filters') ? useQuota(value) : null)],
  ['glance_metadata', (value) => (parseDictionary(value)?.size === 0 ? 'always' : null)],
  ['no_migration_targets', () => 'always'],
]);

/** Columns that support substring search. */
const SEARCHABLE: ReadonlyMap<string, string> = new Map([
  ['name', 'name'],
  ['display_name', 'name'],
  ['description', 'description'],
  ['display_description', 'description'],
  ['id', 'id'],
  ['user_id', 'user_id'],
  ['status', 'status'],
  ['attach_status', 'attach_status'],
  ['migration_status', 'migration_status'],
  ['availability_zone', 'availability_zone'],
  ['volume_type_id', 'volume_type_id'],
]);

/**
 * Translates `key=value` into a condition. Properties that no volume has here, such as a group or snapshot, match no
 * volume; neither do filters that Cinder does not know.
 * @throws InvalidInput for a bad value.
 */
export function filterCondition(version: Microversion, key: string, value: string): FilterCondition {
  if (key.endsWith('~')) {
    // As in Cinder: admins may compare at every version, but `name` was mapped to its column only later.
    if (key === 'name~' && !version.has('resource-filters')) return 'always';
    const column = SEARCHABLE.get(key.slice(0, -1));
    return column === undefined ? null : contains(column, value);
  }
  return FILTERS.get(key)?.(value, version) ?? null;
}

function equals(column: string, value: string): Condition {
  return { sql: `${column} = ?`, parameters: [value] };
}

/** A string, or a list of strings of which one must match. */
function oneOf(column: string): Filter {
  return (value) => among(column, parseList(value) ?? [value]);
}

function sizes(value: string): FilterCondition {
  const numbers = (parseList(value) ?? [value.trim()])
    .filter((text) => /^\d{1,9}$/.test(text))
    .map((text) => Number(text));
  return among('size', numbers);
}

function useQuota(value: string): FilterCondition {
  return booleanParameter('use_quota', value) ? 'always' : null;
}

function flag(column: string): Filter {
  return (value, version) => {
    if (!version.has('bootable-filter')) {
      const isFalse = value === '' || ['False', 'false', 'FALSE'].includes(value);
      return { sql: `${column} = ?`, parameters: [!isFalse] };
    }
    const wanted = parseBoolean(value);
    if (wanted === null) throw new InvalidInput(`Invalid input received: '${column} = ${value}'`);
    return { sql: `${column} = ?`, parameters: [wanted] };
  };
}

function metadata(value: string): FilterCondition {
  const entries = parseDictionary(value);
  if (entries === null) return null;
  if (entries.size === 0) return 'always';
  if (entries.size > MOST_TERMS)
    throw new InvalidInput(`Invalid input received: more than ${MOST_TERMS} entries of metadata`);
  const exists =
    'EXISTS (SELECT 1 FROM volume_metadata m WHERE m.volume_id = volumes.id AND m.meta_key = ? AND m.meta_value = ?)';
  return { sql: [...entries].map(() => exists).join(' AND '), parameters: [...entries].flat() };
}

function host(value: string): FilterCondition {
  const backend = backendAt(value);
  if (backend === undefined) return null;
  return backend === null ? 'always' : equals('backend', backend);
}
