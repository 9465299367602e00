import { bodies, del, get, post, put, quietly, scenario, volume } from '../lib/steps.mjs';

const PATH = '/v3/types/{type}/extra_specs';
const ready = quietly(
  post('/v3/types', {
    name: 'make type',
    body: { volume_type: { name: 'type-{run}', extra_specs: { a: '1', b: '2' } } },
    capture: { type: 'volume_type.id' },
  }),
);
const bad = {
  'empty body': {},
  null: null,
  'extra_specs null': { extra_specs: null },
  'extra_specs an array': { extra_specs: [] },
  'extra_specs empty': { extra_specs: {} },
  'a number as value': { extra_specs: { a: 1 } },
  'null as value': { extra_specs: { a: null } },
  'true as value': { extra_specs: { a: true } },
  'an empty key': { extra_specs: { '': 'x' } },
  'an empty value': { extra_specs: { e: '' } },
  'a blank in the key': { extra_specs: { 'a b': 'x' } },
  'a slash in the key': { extra_specs: { 'a/b': 'x' } },
  'a colon in the key': { extra_specs: { 'capabilities:x': 'x' } },
  'a key too long': { extra_specs: { ['k'.repeat(256)]: 'x' } },
  'a value too long': { extra_specs: { a: 'x'.repeat(256) } },
  'an extra root key': { extra_specs: { a: 'x' }, extra: 1 },
};

export default {
  group: 'types-extra-specs',
  scenarios: [
    scenario('the life of extra specs', [
      ready,
      get(PATH),
      get('/v3/{project}/types/{type}/extra_specs'),
      get(`${PATH}/a`),
      get(`${PATH}/nothing`),
      post(PATH, { body: { extra_specs: { b: '3', c: '4' } } }),
      put(`${PATH}/a`, { body: { a: '9' } }),
      put(`${PATH}/new`, { body: { new: 'x' } }),
      del(`${PATH}/a`),
      del(`${PATH}/a`, { name: 'delete again' }),
      get(PATH, { name: 'what is left' }),
    ]),
    scenario('bad bodies of POST', [ready, bodies('POST', PATH, bad), get(PATH, { name: 'afterwards' })]),
    scenario('bad bodies of PUT with one key', [
      ready,
      bodies('PUT', `${PATH}/a`, {
        'another key': { b: 'x' },
        'two keys': { a: 'x', b: 'y' },
        empty: {},
        null: null,
        'a number': { a: 1 },
        'null as value': { a: null },
        'a value too long': { a: 'x'.repeat(256) },
      }),
    ]),
    scenario('an unknown type', [
      get('/v3/types/{unknown}/extra_specs'),
      get('/v3/types/{unknown}/extra_specs/a'),
      post('/v3/types/{unknown}/extra_specs', { body: { extra_specs: { a: 'b' } } }),
      put('/v3/types/{unknown}/extra_specs/a', { body: { a: 'b' } }),
      del('/v3/types/{unknown}/extra_specs/a'),
    ]),
    scenario('extra specs of a type in use', [
      quietly(
        post('/v3/types', {
          name: 'make type',
          body: { volume_type: { name: 'type-{run}', extra_specs: { 'note:a': '1' } } },
          capture: { type: 'volume_type.id' },
        }),
        volume('volume', { volume_type: '{type}' }),
      ),
      post(PATH, { body: { extra_specs: { c: '4' } } }),
      put(`${PATH}/note:a`, { body: { 'note:a': '2' } }),
      del(`${PATH}/note:a`),
      get(PATH),
    ]),
    scenario('methods that do not exist', [
      ready,
      put(PATH, { body: { extra_specs: { a: 'x' } } }),
      del(PATH),
    ]),
  ],
};
