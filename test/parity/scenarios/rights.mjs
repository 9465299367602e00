import {
  attach,
  complete,
  connect,
  connector,
  get,
  post,
  quietly,
  remove,
  reserve,
  scenario,
  show,
  volume,
} from '../lib/steps.mjs';
import { MASK } from './volumes-create.mjs';

const prepared = quietly(volume(), reserve());
const connected = quietly(volume(), reserve(), connect(), complete());

const everything = (persona) => [
  show('attachment', { as: persona, message: false }),
  get('/v3/attachments', { as: persona }),
  get('/v3/attachments/detail', { as: persona }),
  connect('attachment', connector(), { as: persona }),
  complete('attachment', { as: persona }),
  remove('attachment', { as: persona }),
];

export default {
  group: 'rights',
  scenarios: [
    scenario(
      'a member works with attachments of the own project',
      [quietly(volume()), reserve(), show(), get('/v3/attachments/detail'), connect(), complete(), remove()],
      { as: 'member' },
    ),
    scenario(
      'an admin works with attachments of any project',
      [
        prepared,
        show('attachment', { as: 'foreign admin' }),
        connect('attachment', connector(), { as: 'foreign admin' }),
        complete('attachment', { as: 'foreign admin' }),
        remove('attachment', { as: 'foreign admin' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'an admin reserves a volume of another project',
      [
        quietly(volume()),
        reserve('attachment', {}, { as: 'foreign admin' }),
        get('/v3/attachments', { name: 'it belongs to the project of the volume' }),
        get('/v3/attachments', { name: 'and not to that of the admin', as: 'foreign admin' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'another project cannot read an attachment',
      [
        connected,
        quietly(volume('theirs', {}, { as: 'foreign' })),
        show('attachment', { as: 'foreign' }),
        get('/v3/attachments', { as: 'foreign' }),
        get('/v3/attachments?volume_id={volume}', { as: 'foreign' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'another project cannot change an attachment',
      [
        prepared,
        connect('attachment', connector(), { as: 'foreign' }),
        complete('attachment', { as: 'foreign' }),
        remove('attachment', { as: 'foreign' }),
        connect('attachment', {}, { name: 'a bad body comes first', as: 'foreign' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'another project cannot reserve a volume',
      [
        quietly(volume()),
        reserve('attachment', {}, { as: 'foreign', capture: {}, message: true }),
        post('/v3/attachments', {
          name: 'with a connector',
          as: 'foreign',
          body: attach({ connector: connector() }),
        }),
      ],
      { as: 'member' },
    ),
    scenario(
      'a reader may read',
      [
        connected,
        show('attachment', { as: 'reader' }),
        get('/v3/attachments', { as: 'reader' }),
        get('/v3/attachments/detail', { as: 'reader' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'a reader and the operations that change something',
      [quietly(volume()), reserve('attachment', {}, { as: 'reader', capture: {} })],
      { as: 'member' },
    ),
    scenario('a reader and an attachment of a member', [prepared, ...everything('reader').slice(3)], {
      as: 'member',
    }),
    scenario('a caller without a known role', [prepared, ...everything('roleless')], { as: 'member' }),
    scenario(
      'volumes of other projects',
      [
        quietly(volume()),
        get('/v3/volumes/{volume}', { as: 'foreign' }),
        { method: 'DELETE', path: '/v3/volumes/{volume}', as: 'foreign' },
        { method: 'PUT', path: '/v3/volumes/{volume}', as: 'foreign', body: { volume: { name: 'x' } } },
        get('/v3/volumes', { as: 'foreign' }),
        get('/v3/volumes?all_tenants=1', { as: 'foreign' }),
        get('/v3/volumes/{volume}/metadata', { as: 'foreign' }),
        get('/v3/volumes/{volume}/encryption', { as: 'foreign' }),
      ],
      { as: 'member' },
    ),
    scenario(
      'a reader and volumes',
      [
        quietly(volume()),
        get('/v3/volumes', {
          as: 'reader',
          pick: ({ volumes }) => ({ volumes: volumes.map(({ id }) => ({ id })) }),
        }),
        {
          method: 'PUT',
          path: '/v3/volumes/{volume}',
          as: 'reader',
          mask: MASK,
          body: { volume: { description: 'x' } },
        },
        post('/v3/volumes', { as: 'reader', body: { volume: { size: 1 } }, pick: () => null }),
        { method: 'DELETE', path: '/v3/volumes/{volume}', as: 'reader' },
      ],
      { as: 'member' },
    ),
    scenario(
      'what only admins may',
      [
        get('/v3/os-services'),
        get('/v3/os-services', { as: 'reader' }),
        post('/v3/types', { body: { volume_type: { name: 't-{run}' } } }),
        { method: 'DELETE', path: '/v3/types/{unknown}' },
        { method: 'PUT', path: '/v3/types/{unknown}', body: { volume_type: { name: 'x' } } },
        get('/v3/types?is_public=none', { pick: () => null }),
        get('/v3/types/{unknown}/extra_specs'),
        post('/v3/types/{unknown}/extra_specs', { body: { extra_specs: { a: 'b' } } }),
        post('/v3/volumes/{unknown}/action', { body: { 'os-reset_status': { status: 'available' } } }),
      ],
      { as: 'member' },
    ),
  ],
};
