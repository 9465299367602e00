import { bodies, del, get, post, put, queries, quietly, scenario, versions, volume } from '../lib/steps.mjs';

const PATH = '/v3/types/{type}';
const make = (fields = {}, options = {}) =>
  post('/v3/types', {
    name: 'make type',
    body: { volume_type: { name: 'type-{run}', ...fields } },
    capture: { type: 'volume_type.id' },
    ...options,
  });
const create = (cases, options) =>
  Object.entries(cases).map(([name, fields], index) =>
    post('/v3/types', { name, body: { volume_type: { name: `t${index}-{run}`, ...fields } }, ...options }),
  );
const update = (cases) =>
  bodies(
    'PUT',
    PATH,
    Object.fromEntries(Object.entries(cases).map(([name, fields]) => [name, { volume_type: fields }])),
  );
const mine = { mine: 'volume_types' };

export default {
  group: 'types',
  scenarios: [
    scenario('create, show, update and delete', [
      make({ description: 'text', extra_specs: { a: 'b' } }, { name: 'create' }),
      get(PATH),
      get(`/v3/{project}/types/{type}`),
      put(PATH, { body: { volume_type: { name: 'new-{run}', description: 'new' } } }),
      put(PATH, { name: 'is_public', body: { volume_type: { is_public: false } } }),
      get(PATH, { name: 'afterwards' }),
      del(PATH),
      get(PATH, { name: 'deleted' }),
      del(PATH, { name: 'delete again' }),
    ]),
    scenario('at 3.0', [
      make({}, { name: 'create', version: '3.0' }),
      get(PATH, { version: '3.0' }),
      get('/v3/types', { version: '3.0', ...mine }),
    ]),
    scenario('fields of a create', [
      create({
        'as the command line sends it': { description: null, 'os-volume-type-access:is_public': true },
        private: { 'os-volume-type-access:is_public': false },
        'is_public as text': { 'os-volume-type-access:is_public': 'false' },
        'extra_specs empty': { extra_specs: {} },
        'blanks around the name': { name: '  blank-{run}  ' },
        'description empty': { description: '' },
      }),
    ]),
    scenario('refused creates', [
      create({
        'name missing': { name: undefined },
        'name null': { name: null },
        'name empty': { name: '' },
        'name of blanks': { name: '   ' },
        'name a number': { name: 1 },
        'name too long': { name: 'x'.repeat(256) },
        'description too long': { description: 'x'.repeat(256) },
        'description a number': { description: 1 },
        'is_public nonsense': { 'os-volume-type-access:is_public': 'x' },
        'is_public null': { 'os-volume-type-access:is_public': null },
        'is_public without prefix': { is_public: false },
        'unknown key': { bogus: 1 },
        'extra_specs an array': { extra_specs: [] },
        'extra_specs null': { extra_specs: null },
        'extra_specs with a number': { extra_specs: { a: 1 } },
        'extra_specs with an empty key': { extra_specs: { '': 'x' } },
        'extra_specs with a slash': { extra_specs: { 'a/b': 'x' } },
      }),
      bodies('POST', '/v3/types', {
        'empty body': {},
        null: null,
        'volume_type null': { volume_type: null },
        'volume_type a text': { volume_type: 'x' },
      }),
    ]),
    scenario('a name that exists', [
      quietly(make()),
      post('/v3/types', { name: 'create', body: { volume_type: { name: 'type-{run}' } } }),
      quietly(make({ name: 'other-{run}' }, { capture: { other: 'volume_type.id' } })),
      put('/v3/types/{other}', { name: 'rename', body: { volume_type: { name: 'type-{run}' } } }),
    ]),
    scenario('refused updates', [
      quietly(make()),
      update({
        empty: {},
        'name empty': { name: '' },
        'name null': { name: null },
        'name of blanks': { name: '  ' },
        'name too long': { name: 'x'.repeat(256) },
        'name a number': { name: 1 },
        'is_public nonsense': { is_public: 'x' },
        'is_public null': { is_public: null },
        'unknown key': { bogus: 1 },
        'description null': { description: null },
        'description too long': { description: 'x'.repeat(256) },
        'the same name': { name: 'type-{run}' },
      }),
      bodies('PUT', PATH, { 'empty body': {}, null: null }),
      put('/v3/types/{unknown}', { body: { volume_type: { name: 'n-{run}' } } }),
    ]),
    scenario('a type in use cannot be deleted', [
      quietly(make(), volume('volume', { volume_type: '{type}' })),
      del(PATH, { message: true }),
    ]),
    scenario('the default type', [
      get('/v3/types/default', { mask: ['volume_type.name', 'volume_type.description'] }),
      get('/v3/types/default', { as: 'member', mask: ['volume_type.name', 'volume_type.description'] }),
      put('/v3/types/default', { body: { volume_type: { description: 'x' } } }),
      del('/v3/types/default'),
    ]),
    scenario('unknown types', [
      get('/v3/types/{unknown}'),
      get('/v3/types/abc'),
      get('/v3/types/{unknown}', { as: 'member' }),
      del('/v3/types/{unknown}'),
    ]),
    scenario('the list of types', [
      quietly(
        make(),
        make(
          { name: 'hidden-{run}', 'os-volume-type-access:is_public': false },
          { capture: { hidden: 'volume_type.id' } },
        ),
      ),
      get('/v3/types', mine),
      queries(
        '/v3/types',
        [
          'is_public=true',
          'is_public=false',
          'is_public=none',
          'is_public=None',
          'is_public=bogus',
          'is_public=',
        ],
        mine,
      ),
      queries(
        '/v3/types',
        ['name=type-{run}&is_public=None', 'name=nothing', 'bogus=1', 'description=x'],
        mine,
      ),
      queries(
        '/v3/types',
        ['limit=abc', 'limit=-1', 'marker={unknown}', 'sort=bogus', 'sort=name:up', 'offset=-1'],
        mine,
      ),
      queries('/v3/types', ['sort=name:asc&is_public=none', 'sort=name:desc&is_public=none'], {
        ...mine,
        ordered: true,
      }),
      queries('/v3/types', ['extra_specs=%7B%22multiattach%22:%22x%22%7D'], mine),
      get('/v3/types?limit=1', {
        name: 'links',
        pick: ({ volume_types: types, ...rest }) => ({
          count: types.length,
          links: rest.volume_type_links?.length,
        }),
      }),
      get('/v3/types/detail'),
    ]),
    scenario(
      'types as a member sees them',
      [
        quietly(
          make(
            {
              extra_specs: {
                multiattach: '<is> True',
                volume_backend_name: 'x',
                'RESKEY:availability_zones': 'nova',
                replication_enabled: '<is> False',
              },
            },
            { as: 'admin' },
          ),
          make(
            { name: 'hidden-{run}', 'os-volume-type-access:is_public': false },
            { as: 'admin', capture: { hidden: 'volume_type.id' } },
          ),
        ),
        get('/v3/types', mine),
        get(PATH),
        get('/v3/types/{hidden}'),
        queries(
          '/v3/types',
          ['is_public=false', 'is_public=none', 'is_public=true', 'name=hidden-{run}'],
          mine,
        ),
        versions(['3.30', '3.31'], get('/v3/types?bogus=1', { name: 'bogus', ...mine })),
        get(PATH, { name: 'as an admin', as: 'admin' }),
        get(PATH, { name: 'as a reader', as: 'reader' }),
        get(PATH, { name: 'as a member without the reader role', as: 'bare member' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'a private type cannot be used by others',
      [
        quietly(make({ 'os-volume-type-access:is_public': false }, { as: 'admin' })),
        post('/v3/volumes', { body: { volume: { size: 1, volume_type: '{type}' } } }),
      ],
      { as: 'member' },
    ),
    scenario('a type in use keeps its extra specs', [
      quietly(make(), volume('volume', { volume_type: '{type}' })),
      post(`${PATH}/extra_specs`, { body: { extra_specs: { multiattach: '<is> True' } } }),
      put(`${PATH}/extra_specs/multiattach`, { body: { multiattach: '<is> True' } }),
      put(PATH, { body: { volume_type: { description: 'still editable' } } }),
      get('/v3/volumes/{volume}', { pick: ({ volume: { multiattach } }) => ({ multiattach }) }),
    ]),
  ],
};
