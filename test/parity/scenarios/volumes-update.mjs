import {
  act,
  bodies,
  complete,
  connect,
  get,
  LATEST,
  multiattachType,
  put,
  quietly,
  reserve,
  resetStatus,
  scenario,
  volume,
} from '../lib/steps.mjs';
import { MASK } from './volumes-create.mjs';

const PATH = '/v3/volumes/{volume}';
const ready = quietly(volume('volume', { description: 'text', metadata: { a: 'b' } }));
const brief = (body) =>
  body.volume === undefined
    ? body
    : {
        volume: {
          name: body.volume.name,
          description: body.volume.description,
          metadata: body.volume.metadata,
        },
      };
const field = (cases, options) =>
  bodies(
    'PUT',
    PATH,
    Object.fromEntries(Object.entries(cases).map(([name, fields]) => [name, { volume: fields }])),
    {
      pick: brief,
      ...options,
    },
  );
const drop = (options) => ({ method: 'DELETE', path: PATH, name: 'delete', ...options });
const gone = { path: PATH, field: 'http', is: 404 };

export default {
  group: 'volumes-update',
  scenarios: [
    scenario('the answer to an update', [
      ready,
      put(PATH, { name: 'at 3.0', body: { volume: { name: 'new' } }, version: '3.0', mask: MASK }),
      put(PATH, { name: 'at 3.70', body: { volume: { description: 'new' } }, version: LATEST, mask: MASK }),
      get(PATH, { mask: MASK }),
    ]),
    scenario('fields of an update', [
      ready,
      field({
        name: { name: 'n1' },
        display_name: { display_name: 'n2' },
        'display_name and name': { name: 'n3', display_name: 'n4' },
        'name null': { name: null },
        'description empty': { description: '' },
        'blanks around the name': { name: '  n5  ' },
        'metadata replaces': { metadata: { c: 'd' } },
        'metadata empty': { metadata: {} },
        'metadata null': { metadata: null },
      }),
      field({
        'name too long': { name: 'x'.repeat(256) },
        'name a number': { name: 1 },
        'metadata with a number': { metadata: { a: 1 } },
        'metadata with an empty key': { metadata: { '': 'x' } },
        'metadata an array': { metadata: [] },
      }),
    ]),
    scenario('unknown and missing fields before and after 3.53', [
      ready,
      field({ 'unknown at 3.52': { bogus: 1 } }, { version: '3.52' }),
      field({ 'unknown at 3.53': { bogus: 1 } }, { version: '3.53' }),
      field({ 'known and unknown at 3.52': { name: 'n', bogus: 1 } }, { version: '3.52' }),
      field({ 'known and unknown at 3.53': { name: 'n', bogus: 1 } }, { version: '3.53' }),
      field({ 'empty at 3.52': {} }, { version: '3.52' }),
      field({ 'empty at 3.53': {} }, { version: '3.53' }),
      field({ 'size at 3.53': { size: 2 } }, { version: '3.53' }),
      bodies('PUT', PATH, {
        'empty body': {},
        null: null,
        'volume null': { volume: null },
        'volume a text': { volume: 'x' },
      }),
      bodies(
        'PUT',
        PATH,
        { 'empty body at 3.52': {}, 'volume null at 3.52': { volume: null } },
        { version: '3.52' },
      ),
      bodies(
        'PUT',
        PATH,
        { 'extra root key at 3.53': { volume: { name: 'n' }, extra: 1 } },
        { version: '3.53', pick: brief },
      ),
      bodies(
        'PUT',
        PATH,
        { 'extra root key at 3.52': { volume: { name: 'n' }, extra: 1 } },
        { version: '3.52', pick: brief },
      ),
    ]),
    scenario('an update of an unknown volume', [
      put('/v3/volumes/{unknown}', { body: { volume: { name: 'n' } } }),
    ]),
    scenario('deletes', [
      ready,
      drop({ name: 'available', waitFor: gone }),
      drop({ name: 'deleted', message: true }),
      { method: 'DELETE', path: '/v3/volumes/{unknown}' },
      { method: 'DELETE', path: '/v3/volumes/abc' },
    ]),
    scenario('a volume that is reserved', [
      ready,
      reserve('attachment', {}, { setup: true }),
      drop({ message: true }),
    ]),
    scenario('a volume that is attaching', [quietly(ready, reserve(), connect()), drop({ message: true })]),
    scenario('a volume that is in-use', [
      quietly(ready, reserve(), connect(), complete()),
      drop({ message: true }),
      drop({ name: 'cascade', path: `${PATH}?cascade=true` }),
      drop({ name: 'force', path: `${PATH}?force=true` }),
    ]),
    scenario('a volume that is detaching', [
      quietly(ready, reserve(), connect(), complete(), act('os-begin_detaching', null)),
      drop({ message: true }),
    ]),
    scenario('a multiattach volume that is in-use', [
      quietly(
        multiattachType(),
        volume('volume', { volume_type: '{multi}' }),
        reserve(),
        connect(),
        complete(),
      ),
      drop(),
    ]),
    scenario('a volume in other statuses', [
      ready,
      ['attaching', 'maintenance', 'creating'].map((status) => [
        resetStatus(status),
        drop({ name: `delete while ${status}` }),
      ]),
      resetStatus('error'),
      drop({ name: 'delete in error', waitFor: gone }),
    ]),
    scenario('delete parameters', [
      ready,
      drop({ name: 'cascade=bogus', path: `${PATH}?cascade=bogus` }),
      drop({ name: 'force=bogus', path: `${PATH}?force=bogus`, version: '3.23' }),
      quietly(volume('second')),
      { method: 'DELETE', path: '/v3/volumes/{second}?cascade=true', name: 'cascade' },
      quietly(volume('third')),
      { method: 'DELETE', path: '/v3/volumes/{third}?force=true', name: 'force at 3.23', version: '3.23' },
      quietly(volume('fourth')),
      { method: 'DELETE', path: '/v3/{project}/volumes/{fourth}', name: 'project in the path' },
    ]),
    scenario(
      'force as a member',
      [
        ready,
        drop({ name: 'force at 3.22', path: `${PATH}?force=true`, version: '3.22' }),
        quietly(volume('second')),
        { method: 'DELETE', path: '/v3/volumes/{second}?force=true', name: 'force at 3.23', version: '3.23' },
      ],
      { as: 'member' },
    ),
  ],
};
