import { attach, bodies, connector, post, quietly, scenario, volume } from '../lib/steps.mjs';

const PATH = '/v3/attachments';
const root = (cases, options) => bodies('POST', PATH, cases, options);

/** One field of the attachment at a time; the volume does not exist, so that nothing is made. */
const field = (cases, options) =>
  Object.entries(cases).map(([name, fields]) =>
    post(PATH, { name, body: attach({ volume_uuid: '{unknown}', ...fields }), ...options }),
  );

export default {
  group: 'attachments-create-validation',
  scenarios: [
    scenario('the root of the body', [
      root({
        'empty object': {},
        null: null,
        'an array': [],
        'a text': 'attachment',
        'a number': 1,
        true: true,
        'attachment null': { attachment: null },
        'attachment an array': { attachment: [] },
        'attachment a text': { attachment: 'x' },
        'attachment a number': { attachment: 1 },
        'attachment empty': { attachment: {} },
        'another key only': { volume: {} },
        'an extra key': { ...attach({ volume_uuid: '{unknown}' }), extra: 1 },
        'an extra key named type': { ...attach({ volume_uuid: '{unknown}' }), type: 'x' },
        'an array of attachments': [attach({ volume_uuid: '{unknown}' })],
      }),
    ]),
    scenario('volume_uuid', [
      root({ missing: { attachment: { instance_uuid: '{instance}' } } }),
      field({
        null: { volume_uuid: null },
        empty: { volume_uuid: '' },
        'not a uuid': { volume_uuid: 'abc' },
        'a number': { volume_uuid: 12 },
        'a boolean': { volume_uuid: true },
        'an object': { volume_uuid: { id: '{unknown}' } },
        'an array': { volume_uuid: ['{unknown}'] },
        'one digit too many': { volume_uuid: '{unknown}0' },
        'surrounded by spaces': { volume_uuid: ' {unknown} ' },
        'a letter that is no digit': { volume_uuid: 'g0000000-0000-0000-0000-000000000000' },
      }),
    ]),
    scenario('instance_uuid', [
      field({
        'not a uuid': { instance_uuid: 'abc' },
        'a number': { instance_uuid: 12 },
        'an object': { instance_uuid: {} },
        'an array': { instance_uuid: [] },
        false: { instance_uuid: false },
        empty: { instance_uuid: '' },
      }),
    ]),
    scenario('instance_uuid null', [field({ null: { instance_uuid: null } })]),
    scenario('connector', [
      field({
        'a text': { connector: 'x' },
        'an array': { connector: [] },
        'a number': { connector: 1 },
        true: { connector: true },
        'an empty text': { connector: '' },
        'an object, volume unknown': { connector: { a: 1 } },
        'null, volume unknown': { connector: null },
      }),
    ]),
    scenario('mode', [
      field({
        'unknown word': { mode: 'wo' },
        'upper case': { mode: 'RO' },
        empty: { mode: '' },
        'a number': { mode: 1 },
        'an array': { mode: ['rw'] },
        'rw, volume unknown': { mode: 'rw' },
      }),
      field({ 'rw at 3.53': { mode: 'rw' }, 'unknown word at 3.53': { mode: 'wo' } }, { version: '3.53' }),
    ]),
    scenario('mode null', [
      field({ null: { mode: null } }),
      field({ 'null at 3.53': { mode: null } }, { version: '3.53' }),
    ]),
    scenario('unknown keys of the attachment', [
      field({
        extra: { extra: 1 },
        volume_id: { volume_id: '{unknown}' },
        type: { type: 'x' },
        status: { status: 'reserved' },
      }),
      field({ 'extra at 3.27': { extra: 1 } }, { version: '3.27' }),
    ]),
    scenario('several faults at once', [
      root({
        'two bad fields': { attachment: { volume_uuid: 'abc', instance_uuid: 'def' } },
        'missing and unknown': { attachment: { extra: 1 } },
        'bad field and bad root': { attachment: { volume_uuid: 'abc' }, extra: 1 },
      }),
    ]),
    scenario('connectors are not checked', [
      quietly(volume()),
      post(PATH, {
        name: 'nested and odd values',
        body: attach({
          connector: connector('host-a', { nested: { a: [1, null] }, 'system uuid': 'x', wwpns: [] }),
        }),
      }),
    ]),
    scenario('texts with unusual characters', [
      field({
        'a zero byte in volume_uuid': { volume_uuid: '\u0000' },
        'a letter outside ASCII in volume_uuid': { volume_uuid: 'é' },
        'an emoji as mode': { mode: '🙂' },
      }),
    ]),
  ],
};
