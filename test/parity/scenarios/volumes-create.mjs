import { bodies, LATEST, multiattachType, post, quietly, scenario, volume } from '../lib/steps.mjs';

const PATH = '/v3/volumes';

/** What a deployment names as it likes. */
export const HOSTS = ['os-vol-host-attr:host', 'provider_id', 'service_uuid', 'cluster_name'];
export const MASK = HOSTS.map((key) => `volume.${key}`);

const create = (name, fields, options) =>
  post(PATH, {
    name,
    body: { volume: { size: 1, ...fields } },
    capture: { volume: 'volume.id' },
    mask: MASK,
    ...options,
  });

/** One field at a time, refused or not. */
const field = (cases, options) =>
  Object.entries(cases).map(([name, fields]) => create(name, fields, { capture: {}, ...options }));

export default {
  group: 'volumes-create',
  scenarios: [
    scenario('the answer to a create', [
      create('at 3.0', { name: 'first' }, { version: '3.0' }),
      create('at 3.54', { name: 'second', description: 'text', metadata: { a: 'b' } }, { version: '3.54' }),
      create('at 3.70', { name: 'third' }, { version: LATEST }),
      post('/v3/{project}/volumes', {
        name: 'project in the path',
        body: { volume: { size: 1 } },
        mask: MASK,
      }),
    ]),
    scenario('a create as a member', [create('at 3.70', { name: 'mine' }, { version: LATEST })], {
      as: 'member',
    }),
    scenario('a create as the command line sends it', [
      create(
        'cinder create',
        {
          consistencygroup_id: null,
          snapshot_id: null,
          name: 'n',
          description: null,
          volume_type: null,
          availability_zone: null,
          metadata: {},
          imageRef: null,
          source_volid: null,
          backup_id: null,
        },
        { version: LATEST },
      ),
    ]),
    scenario('size', [
      field({ 'digits as text': { size: '2' } }),
      field({
        zero: { size: 0 },
        negative: { size: -1 },
        fraction: { size: 1.5 },
        'not a number': { size: 'abc' },
        'empty text': { size: '' },
        null: { size: null },
        true: { size: true },
        array: { size: [1] },
        'text with a sign': { size: '-1' },
        'one followed by a point': { size: '1.0' },
        'very large': { size: 99999999999 },
        missing: { size: undefined },
      }),
    ]),
    scenario('name and description', [
      field({
        'display_name and display_description': { display_name: 'd', display_description: 'e' },
        'surrounding blanks': { name: '  blank  ' },
        empty: { name: '', description: '' },
        null: { name: null, description: null },
        '255 characters': { name: 'x'.repeat(255) },
      }),
      field({
        '256 characters': { name: 'x'.repeat(256) },
        'description of 256 characters': { description: 'x'.repeat(256) },
        number: { name: 1 },
        object: { name: {} },
      }),
    ]),
    scenario('metadata', [
      field({ null: { metadata: null }, empty: { metadata: {} }, 'empty value': { metadata: { a: '' } } }),
      field({
        'an array': { metadata: [] },
        'a text': { metadata: 'x' },
        'a number as value': { metadata: { a: 1 } },
        'null as value': { metadata: { a: null } },
        'an empty key': { metadata: { '': 'x' } },
        'a key of 256 characters': { metadata: { ['k'.repeat(256)]: 'x' } },
        'a value of 256 characters': { metadata: { a: 'x'.repeat(256) } },
        'a blank in a key': { metadata: { 'a b': 'x' } },
        'a slash in a key': { metadata: { 'a/b': 'x' } },
      }),
    ]),
    scenario('volume_type', [
      quietly(multiattachType()),
      field({
        'by id': { volume_type: '{multi}' },
        'by name': { volume_type: 'multi-{run}' },
        empty: { volume_type: '' },
      }),
      field({
        unknown: { volume_type: 'nothing-{run}' },
        'unknown id': { volume_type: '{unknown}' },
        number: { volume_type: 1 },
      }),
    ]),
    scenario('multiattach as a parameter', [
      field({ false: { multiattach: false }, null: { multiattach: null } }),
      field({
        true: { multiattach: true },
        'the text true': { multiattach: 'true' },
        nonsense: { multiattach: 'x' },
      }),
    ]),
    scenario('availability_zone', [
      field({ nova: { availability_zone: 'nova' } }),
      field({
        unknown: { availability_zone: 'mars' },
        number: { availability_zone: 1 },
        empty: { availability_zone: '' },
      }),
    ]),
    scenario('sources', [
      field({
        'unknown snapshot': { snapshot_id: '{unknown}' },
        'bad snapshot': { snapshot_id: 'abc' },
        'unknown volume': { source_volid: '{unknown}' },
        'bad volume': { source_volid: 'abc' },
        'bad image': { imageRef: 'abc' },
        'two sources': { snapshot_id: '{unknown}', source_volid: '{unknown}' },
        'unknown group': { group_id: '{unknown}' },
        'unknown backup': { backup_id: '{unknown}' },
        'unknown consistency group': { consistencygroup_id: '{unknown}' },
      }),
    ]),
    scenario('fields that exist from a version on', [
      field({ 'group_id at 3.12': { group_id: '{unknown}' } }, { version: '3.12' }),
      field({ 'group_id at 3.13': { group_id: '{unknown}' } }, { version: '3.13' }),
      field({ 'backup_id at 3.46': { backup_id: '{unknown}' } }, { version: '3.46' }),
      field({ 'backup_id at 3.47': { backup_id: '{unknown}' } }, { version: '3.47' }),
    ]),
    scenario('unknown keys before and after 3.53', [
      field({ 'at 3.52': { bogus: 1 } }, { version: '3.52' }),
      field({ 'at 3.53': { bogus: 1 } }, { version: '3.53' }),
      field({ 'status at 3.52': { status: 'error' } }, { version: '3.52' }),
      field({ 'status at 3.53': { status: 'error' } }, { version: '3.53' }),
      bodies(
        'POST',
        PATH,
        { 'at the root at 3.52': { volume: { size: 1 }, extra: 1 } },
        { version: '3.52', mask: MASK },
      ),
      bodies(
        'POST',
        PATH,
        { 'at the root at 3.53': { volume: { size: 1 }, extra: 1 } },
        { version: '3.53', mask: MASK },
      ),
      bodies(
        'POST',
        PATH,
        { 'scheduler hints': { volume: { size: 1 }, 'OS-SCH-HNT:scheduler_hints': {} } },
        { mask: MASK },
      ),
      bodies(
        'POST',
        PATH,
        { 'scheduler hints null': { volume: { size: 1 }, 'OS-SCH-HNT:scheduler_hints': null } },
        { mask: MASK },
      ),
    ]),
    scenario('the root of the body', [
      bodies('POST', PATH, {
        'empty object': {},
        null: null,
        'an array': [],
        'a text': 'volume',
        'volume null': { volume: null },
        'volume a text': { volume: 'x' },
        'volume an array': { volume: [] },
        'volume empty': { volume: {} },
      }),
      bodies(
        'POST',
        PATH,
        { 'empty object at 3.0': {}, 'volume null at 3.0': { volume: null } },
        { version: '3.0' },
      ),
    ]),
    scenario('a volume of a volume', [
      quietly(volume('source', { size: 2 })),
      create('same size', { source_volid: '{source}', size: 2 }, { mask: MASK }),
      create('no size', { source_volid: '{source}', size: undefined }),
      create('too small', { source_volid: '{source}', size: 1 }),
    ]),
  ],
};
