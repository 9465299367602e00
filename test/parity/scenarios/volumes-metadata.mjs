import { bodies, del, get, post, put, quietly, reserve, scenario, volume } from '../lib/steps.mjs';

const PATH = '/v3/volumes/{volume}/metadata';
const ready = quietly(volume('volume', { metadata: { a: '1', b: '2' } }));
const bad = {
  'empty body': {},
  null: null,
  'metadata null': { metadata: null },
  'metadata an array': { metadata: [] },
  'metadata a text': { metadata: 'x' },
  'a number as value': { metadata: { a: 1 } },
  'null as value': { metadata: { a: null } },
  'true as value': { metadata: { a: true } },
  'an empty key': { metadata: { '': 'x' } },
  'a key too long': { metadata: { ['k'.repeat(256)]: 'x' } },
  'a value too long': { metadata: { a: 'x'.repeat(256) } },
  'a blank in the key': { metadata: { 'a b': 'x' } },
  'extra root key': { metadata: { a: 'x' }, extra: 1 },
};
const item = (cases) => bodies('PUT', `${PATH}/a`, cases);

export default {
  group: 'volumes-metadata',
  scenarios: [
    scenario('reading metadata', [
      ready,
      get(PATH),
      get('/v3/{project}/volumes/{volume}/metadata'),
      get(`${PATH}/a`),
      get(`${PATH}/nothing`),
      get(PATH, { name: 'at 3.0', version: '3.0' }),
    ]),
    scenario('POST merges', [
      ready,
      post(PATH, { body: { metadata: { b: '3', c: '4' } } }),
      post(PATH, { name: 'nothing to add', body: { metadata: {} } }),
      get(PATH),
    ]),
    scenario('PUT replaces', [
      ready,
      put(PATH, { body: { metadata: { c: '4' } } }),
      get(PATH, { name: 'afterwards' }),
      put(PATH, { name: 'with nothing', body: { metadata: {} } }),
      get(PATH, { name: 'afterwards empty' }),
    ]),
    scenario('one key', [
      ready,
      put(`${PATH}/a`, { body: { meta: { a: '9' } } }),
      put(`${PATH}/new`, { body: { meta: { new: '' } } }),
      del(`${PATH}/a`),
      del(`${PATH}/a`, { name: 'again' }),
      get(PATH, { name: 'what is left' }),
    ]),
    scenario('bad bodies of PUT with one key', [
      ready,
      item({
        'another key': { meta: { b: 'x' } },
        'two keys': { meta: { a: 'x', b: 'y' } },
        'no key': { meta: {} },
        'metadata instead of meta': { metadata: { a: 'x' } },
        'empty body': {},
        'meta null': { meta: null },
        'a number': { meta: { a: 1 } },
        'null as value': { meta: { a: null } },
        'too long': { meta: { a: 'x'.repeat(256) } },
        'extra root key': { meta: { a: 'x' }, extra: 1 },
      }),
      get(PATH, { name: 'nothing changed' }),
    ]),
    scenario('bad bodies of POST', [ready, bodies('POST', PATH, bad)]),
    scenario('bad bodies of PUT', [ready, bodies('PUT', PATH, bad)]),
    scenario('an unknown volume', [
      get('/v3/volumes/{unknown}/metadata'),
      get('/v3/volumes/{unknown}/metadata/a'),
      post('/v3/volumes/{unknown}/metadata', { body: { metadata: { a: 'b' } } }),
      put('/v3/volumes/{unknown}/metadata', { body: { metadata: { a: 'b' } } }),
      put('/v3/volumes/{unknown}/metadata/a', { body: { meta: { a: 'b' } } }),
      del('/v3/volumes/{unknown}/metadata/a'),
    ]),
    scenario('metadata of a reserved volume may change', [
      ready,
      reserve('attachment', {}, { setup: true }),
      post(PATH, { body: { metadata: { c: '4' } } }),
      del(`${PATH}/c`),
    ]),
    scenario('changes under a condition', [
      ready,
      put(PATH, {
        name: 'If-Match with another tag',
        headers: { 'If-Match': '"0"' },
        body: { metadata: { c: '4' } },
      }),
      post(PATH, {
        name: 'POST with another tag',
        headers: { 'If-Match': '"0"' },
        body: { metadata: { d: '4' } },
      }),
      get(PATH, { name: 'afterwards' }),
      get(PATH, { name: 'If-None-Match', headers: { 'If-None-Match': '*' } }),
    ]),
    scenario('methods that do not exist', [
      ready,
      del(PATH),
      post(`${PATH}/a`, { body: { meta: { a: 'x' } } }),
      { method: 'PATCH', path: PATH, body: {} },
    ]),
    scenario(
      'metadata as a member',
      [
        ready,
        get(PATH),
        post(PATH, { body: { metadata: { c: '4' } } }),
        put(`${PATH}/c`, { body: { meta: { c: '5' } } }),
        del(`${PATH}/c`),
        get(PATH, { as: 'reader' }),
        post(PATH, { name: 'as a reader', as: 'reader', body: { metadata: { d: '4' } } }),
      ],
      { as: 'member' },
    ),
  ],
};
