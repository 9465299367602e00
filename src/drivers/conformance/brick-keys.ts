import type { ConnectionInfo, JsonObject, JsonValue } from '../contract/index.js';

interface Kind {
  readonly what: string;
  readonly isOne: (value: JsonValue) => boolean;
}

const TEXT: Kind = { what: 'a text', isOne: (value) => typeof value === 'string' };
const INTEGER: Kind = { what: 'an integer', isOne: (value) => Number.isInteger(value) };
const BOOLEAN: Kind = { what: 'true or false', isOne: (value) => typeof value === 'boolean' };
const LIST: Kind = { what: 'a list', isOne: Array.isArray };
const TEXTS = listOf(TEXT, 'texts');
const INTEGERS = listOf(INTEGER, 'integers');
const PORTS = listOf(
  { what: 'a port', isOne: (value) => TEXT.isOne(value) || INTEGER.isOne(value) },
  'ports',
);

interface Keys {
  /** Of each group one key is enough. */
  readonly required: readonly (readonly string[])[];
  readonly kinds: Readonly<Record<string, Kind>>;
}

const OF_EVERY_PROTOCOL: Readonly<Record<string, Kind>> = {
  volume_id: TEXT,
  wwn: TEXT,
  auth_method: TEXT,
  auth_username: TEXT,
  auth_password: TEXT,
};

const ISCSI: Keys = {
  required: [
    ['target_portal', 'target_portals'],
    ['target_iqn', 'target_iqns'],
    ['target_lun', 'target_luns'],
  ],
  kinds: {
    target_discovered: BOOLEAN,
    target_portal: TEXT,
    target_iqn: TEXT,
    target_lun: INTEGER,
    target_portals: TEXTS,
    target_iqns: TEXTS,
    target_luns: INTEGERS,
  },
};

/** What os-brick reads from `data`, by `driver_volume_type` in lower case; null is as good as absent. Other protocols are not checked. */
const KEYS: ReadonlyMap<string, Keys> = new Map([
  ['iscsi', ISCSI],
  ['iser', ISCSI],
  [
    'nfs',
    {
      required: [['export'], ['name']],
      kinds: { export: TEXT, name: TEXT, options: TEXT, format: TEXT },
    },
  ],
  ['nvmeof', { required: [], kinds: { target_nqn: TEXT, nqn: TEXT, vol_uuid: TEXT, portals: LIST } }],
  ['rbd', { required: [['name']], kinds: { name: TEXT, hosts: TEXTS, ports: PORTS, auth_enabled: BOOLEAN } }],
  ['local', { required: [['device_path']], kinds: { device_path: TEXT } }],
]);

/** Returns what os-brick could not use in the connection data, in words. */
export function brickFaults({ driver_volume_type: protocol, data }: ConnectionInfo): readonly string[] {
  const keys = KEYS.get(protocol.toLowerCase());
  if (keys === undefined) return [];
  const has = (key: string) => data[key] !== undefined && data[key] !== null;
  const missing = keys.required.filter((group) => !group.some(has)).map(([key]) => `data.${key} is missing`);
  const kinds = Object.entries({ ...OF_EVERY_PROTOCOL, ...keys.kinds });
  const wrong = kinds
    .filter(([key, { isOne }]) => has(key) && !isOne(data[key] as JsonValue))
    .map(([key, { what }]) => `data.${key} is not ${what}`);
  return [...missing, ...wrong, ...(keys === ISCSI ? unequalLists(data) : [])];
}

/** The lists name the paths to one disk, each at its own place. Without a list of LUNs, all have the same one. */
function unequalLists(data: JsonObject): readonly string[] {
  const lists = ['target_portals', 'target_iqns', 'target_luns'].filter((name) => Array.isArray(data[name]));
  const lengths = lists.map((name) => (data[name] as readonly JsonValue[]).length);
  return new Set(lengths).size < 2
    ? []
    : [`${lists.map((name) => `data.${name}`).join(', ')} are not lists of equal length`];
}

function listOf({ isOne }: Kind, what: string): Kind {
  return {
    what: `a list of ${what}`,
    isOne: (value) => Array.isArray(value) && value.every((item: JsonValue) => isOne(item)),
  };
}
