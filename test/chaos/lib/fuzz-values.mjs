/** Arbitraries (fast-check) of JSON values: those that a schema allows, and those of careless or hostile clients. */
import fc from 'fast-check';

/**
 * A placeholder, replaced on sending with the id of a resource created by then. URLs and JSON leave it unchanged, so
 * that it works in paths, queries and bodies.
 */
export const placeFor = (kind, index) => `~${kind}~${index}~`;
export const PLACE = /~([a-z]+)~(\d+)~/g;

/** Chooses among arbitraries by weight. */
export const weighted = (...pairs) =>
  fc.oneof(...pairs.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const known = (kind) => fc.nat({ max: 999 }).map((index) => placeFor(kind, index));

const HOSTILE_TEXTS = [
  ...['', ' ', '\u0000', 'a\u0000b', '\r\nX-Evil: 1', '\u001b[31m', '\u0085', '\u202ereversed', '\ufeff'],
  ...['😀', '\ud800', '\udfff\ud800', 'e\u0301', '\u{10ffff}', 'İ', 'ß', '１２', '٣'],
  ...["' OR 1=1 --", '"; DROP TABLE volumes; --', '%', '_', '%00', '%FF', '\\', '$(id)', '`id`', '; id', '*'],
  ...['../../etc/passwd', '..\\..\\x', '/', '//', '.', '..', '.json', '-1', '--help', '<script>', '${7*7}'],
  ...['NaN', 'Infinity', '-Infinity', 'null', 'None', 'undefined', 'true', '0', '00', '1e999', '0x10', '-0'],
  ...[
    '1.5',
    '9007199254740993',
    '2147483648',
    '9'.repeat(40),
    '__proto__',
    'constructor',
    'toString',
    'detail',
  ],
  ...['x'.repeat(255), 'x'.repeat(256), 'é'.repeat(256), "{'a': 'b'}", "{'a'", '[', '{}', 'gt:1', 'gt:', ','],
];

export const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
);

const nested = (depth) => JSON.parse(`${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`);

export const oddValue = fc.oneof(
  { weight: 6, arbitrary: oddText },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[null, true, false, 0, -0, -1, 1.5, 1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 64, [], {}, [[]], [null]],
      ...['x'.repeat(70_000), Array(5000).fill(0), nested(10), nested(20)],
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: fc.constantFrom('volume', 'attachment', 'type', 'message').chain(known) },
);

const someWords = fc.constantFrom('a', 'name', 'gold', 'k', 'fake', 'x-y_z', 'node-1');

/** Properties that must be null, according to their descriptions. */
const mostlyNull = fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.uuid() });

/** Few servers, so that attachments of one server meet. */
const servers = fc.nat({ max: 7 }).map((index) => `00000000-0000-4000-8000-00000000000${index}`);

const CONNECTOR = {
  ...{ initiator: 'iqn.1994-05.com.example:node-1', ip: '192.0.2.10', host: 'node-1', platform: 'x86_64' },
  ...{ os_type: 'linux', multipath: false, mountpoint: '/dev/vdb', mode: 'rw', wwpns: ['5001'], nqn: null },
};

const connectors = fc
  .tuple(
    fc.nat({ max: 3 }),
    fc.subarray(['platform', 'os_type', 'multipath', 'mountpoint', 'mode', 'wwpns', 'nqn']),
  )
  .map(([index, left]) => {
    const made = { ...CONNECTOR, initiator: `iqn.1994-05.com.example:node-${index}`, host: `node-${index}` };
    for (const name of left) delete made[name];
    return made;
  });

/** Values by property name in a path or body, where the schema only says text or object. */
const IN_BODIES = {
  connector: connectors,
  instance_uuid: servers,
  volume_uuid: known('volume'),
  volume_id: known('volume'),
  attachment_id: known('attachment'),
  type_id: known('type'),
  volume_type: fc.oneof(known('type'), fc.constant('multi'), fc.constant(null)),
  message_id: known('message'),
  project_id: fc.constantFrom('chaos', 'other'),
  host: fc.constantFrom('clinker', 'clinker@fake', 'clinker@fake#fake'),
  alias: fc.constantFrom('os-volume-actions', 'os-quota-sets', 'os-types-manage'),
  availability_zone: fc.constant('nova'),
  multiattach: fc.constantFrom(false, 'false', null),
  ...Object.fromEntries(
    [
      'snapshot_id',
      'source_volid',
      'consistencygroup_id',
      'imageRef',
      'image_id',
      'group_id',
      'backup_id',
    ].map((name) => [name, mostlyNull]),
  ),
  status: fc.constantFrom('available', 'in-use', 'error', 'reserved', 'attaching', 'maintenance', null),
  attach_status: fc.constantFrom('attached', 'detached', null),
  // Small sizes: a full backend is not the target of the test.
  size: fc.constantFrom(1, 2, '3'),
  new_size: fc.integer({ min: 1, max: 9 }),
};

const times = fc.constantFrom('gt:2020-01-01T00:00:00', 'lte:2999-01-01', 'neq:2020-01-01,lt:2999-01-01');

/** Values by parameter name in a query. */
export const IN_QUERIES = {
  volume_id: known('volume'),
  instance_id: servers,
  resource_uuid: known('volume'),
  project_id: fc.constantFrom('chaos', 'other'),
  marker: fc.constantFrom('volume', 'attachment', 'type', 'message').chain(known),
  metadata: fc.constantFrom("{'k': 'v'}", "{'a': 'b', 'c': None}", '{}'),
  extra_specs: fc.constantFrom("{'multiattach': '<is> True'}", '{"a": "b"}'),
  status: fc.constantFrom('available', 'in-use', 'error', 'reserved', 'attaching', 'attached'),
  attach_status: fc.constantFrom('attached', 'reserved', 'attaching'),
  sort: fc.constantFrom('id', 'created_at:desc', 'name:asc,id:desc', 'status', 'attach_status:asc', 'size'),
  created_at: times,
  updated_at: times,
  resource: fc.constantFrom('volume', 'attachment', 'nothing'),
};

function texts({ format, pattern, minLength = 0, maxLength = 40 }) {
  if (format === 'uuid') return fc.uuid();
  if (pattern === undefined || pattern.includes('u0000')) {
    return fc.oneof(
      someWords,
      fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) }),
    );
  }
  return fc.stringMatching(new RegExp(pattern), { size: 'small' });
}

function objects(schema) {
  const { properties = {}, patternProperties = {}, anyOf = [{}] } = schema;
  const [pattern] = Object.entries(patternProperties);
  if (pattern !== undefined) {
    const [key, value] = pattern;
    const keys = fc.oneof(someWords, fc.stringMatching(new RegExp(key.replace('255', '20'))));
    const [minKeys, maxKeys] = [schema.minProperties ?? 0, schema.maxProperties ?? 4];
    return fc.dictionary(keys, valuesOf(value), { minKeys, maxKeys });
  }
  const values = Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, valuesOf(value, name)]),
  );
  const records = anyOf.map(({ required = [] }) =>
    fc.record(values, { requiredKeys: [...(schema.required ?? []), ...required], noNullPrototype: true }),
  );
  return fc.oneof(...records);
}

const BY_TYPE = {
  object: objects,
  array: ({ items = {} }) => fc.array(valuesOf(items), { maxLength: 3 }),
  string: texts,
  integer: ({ minimum = -10, maximum = 1000 }) => fc.integer({ min: minimum, max: Math.min(maximum, 1000) }),
  number: () => fc.double({ noNaN: true }),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
};

/** Actions that leave nothing more to test on a volume. */
const HARSH = ['os-force_delete', 'os-reset_status'];

/** Values that a schema allows, for a property with this name. */
export function valuesOf(schema, name, meanings = IN_BODIES) {
  const isSaid = schema.properties !== undefined || schema.patternProperties !== undefined;
  if (!isSaid && name !== undefined && Object.hasOwn(meanings, name)) return meanings[name];
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? (schema.properties === undefined ? schema.anyOf : undefined);
  if (choices !== undefined) {
    const isHarsh = (choice) => HARSH.some((action) => choice.required?.includes(action));
    return weighted(...choices.map((choice) => [isHarsh(choice) ? 1 : 8, valuesOf(choice)]));
  }
  if (schema.type === undefined) return fc.constantFrom(null, {}, 'any');
  return fc.oneof(...[schema.type].flat().map((type) => BY_TYPE[type](schema)));
}

/** Returns every object and array in a value, outermost first. */
function containersIn(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersIn)];
}

const set = (container, key, value) =>
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });

const CHANGES = {
  replace: (container, key, odd) => key !== undefined && set(container, key, odd),
  remove: (container, key) => delete container[key],
  add: (container, _key, odd, text) =>
    set(container, Array.isArray(container) ? container.length : text, odd),
  wrap: (container, key) => key !== undefined && set(container, key, [container[key]]),
  asText: (container, key) => key !== undefined && set(container, key, JSON.stringify(container[key])),
};

const changes = fc.record({
  kind: fc.constantFrom(...Object.keys(CHANGES)),
  container: fc.nat({ max: 99 }),
  key: fc.nat({ max: 99 }),
  odd: oddValue,
  text: oddText,
});

function changed(value, { kind, container: at, key, odd, text }) {
  const holder = structuredClone({ value });
  const containers = containersIn(holder);
  const container = containers[at % containers.length];
  const keys = Object.keys(container);
  CHANGES[kind](container, keys[key % Math.max(1, keys.length)], odd, text);
  return holder.value;
}

/** Values with one to three faults. */
export const spoilt = (values) =>
  fc
    .tuple(values, fc.array(changes, { minLength: 1, maxLength: 3 }))
    .map(([value, all]) => all.reduce(changed, value));
