import {
  complete,
  connect,
  get,
  LATEST,
  multiattachType,
  post,
  quietly,
  reserve,
  scenario,
  versions,
  volume,
} from '../lib/steps.mjs';
import { HOSTS, MASK } from './volumes-create.mjs';

const LIST_MASK = HOSTS.map((key) => `volumes.*.${key}`);
const STEPS = [
  '3.0',
  '3.12',
  '3.13',
  '3.20',
  '3.21',
  '3.47',
  '3.48',
  '3.60',
  '3.61',
  '3.62',
  '3.63',
  '3.64',
  '3.65',
  '3.68',
  '3.69',
  LATEST,
];
const ready = quietly(volume('volume', { description: 'text', metadata: { a: 'b' } }));
const attached = quietly(ready, reserve(), connect(), complete());

export default {
  group: 'volumes-views',
  scenarios: [
    scenario('show at every version that changes it, as an admin', [
      ready,
      versions(STEPS, get('/v3/volumes/{volume}', { name: 'show', mask: MASK })),
    ]),
    scenario(
      'show at every version that changes it, as a member',
      [ready, versions(STEPS, get('/v3/volumes/{volume}', { name: 'show', mask: MASK }))],
      { as: 'member' },
    ),
    scenario('detail as an admin', [
      ready,
      versions(['3.0', '3.21', LATEST], get('/v3/volumes/detail', { name: 'detail', mask: LIST_MASK })),
    ]),
    scenario(
      'detail as a member',
      [ready, versions(['3.0', LATEST], get('/v3/volumes/detail', { name: 'detail', mask: LIST_MASK }))],
      { as: 'member' },
    ),
    scenario('the summary list', [
      ready,
      versions(['3.0', LATEST], get('/v3/volumes', { name: 'list' })),
      get('/v3/{project}/volumes', { name: 'with the project in the path' }),
    ]),
    scenario('an attached volume', [
      attached,
      get('/v3/volumes/{volume}', { mask: MASK, version: LATEST }),
      get('/v3/volumes/{volume}', {
        mask: MASK,
        version: LATEST,
        name: 'in its project',
        path: '/v3/{project}/volumes/{volume}',
      }),
    ]),
    scenario(
      'an attached volume as a member',
      [attached, get('/v3/volumes/{volume}', { mask: MASK, version: LATEST })],
      {
        as: 'member',
      },
    ),
    scenario('a reserved and an attaching volume show no attachments', [
      ready,
      reserve('attachment', {}, { setup: true }),
      get('/v3/volumes/{volume}', { name: 'reserved', mask: MASK }),
      connect('attachment', undefined, { setup: true }),
      get('/v3/volumes/{volume}', { name: 'attaching', mask: MASK }),
    ]),
    scenario('a volume with read-only flag', [
      ready,
      quietly(
        post('/v3/volumes/{volume}/action', {
          name: 'lock',
          body: { 'os-update_readonly_flag': { readonly: true } },
        }),
      ),
      get('/v3/volumes/{volume}', { mask: MASK }),
      get('/v3/volumes/{volume}/metadata'),
    ]),
    scenario('a bootable volume', [
      ready,
      quietly(
        post('/v3/volumes/{volume}/action', {
          name: 'boot',
          body: { 'os-set_bootable': { bootable: true } },
        }),
      ),
      get('/v3/volumes/{volume}', { mask: MASK }),
    ]),
    scenario('a volume with a type', [
      quietly(multiattachType(), volume('volume', { volume_type: '{multi}' })),
      versions(['3.0', '3.63'], get('/v3/volumes/{volume}', { name: 'show', mask: MASK })),
    ]),
    scenario('an unknown volume', [
      get('/v3/volumes/{unknown}', { message: true }),
      get('/v3/volumes/abc', { message: true }),
      get('/v3/volumes/{unknown}', { name: 'at 3.0', version: '3.0' }),
    ]),
    scenario('the encryption of a volume', [
      ready,
      get('/v3/volumes/{volume}/encryption'),
      get('/v3/volumes/{volume}/encryption/encryption_key_id'),
      get('/v3/volumes/{volume}/encryption/bogus'),
      get('/v3/volumes/{unknown}/encryption'),
    ]),
    scenario('the summary of volumes', [
      quietly(
        volume('volumeA', { size: 1, metadata: { a: 'b' } }),
        volume('volumeB', { size: 2, metadata: { a: 'c', d: 'e' } }),
      ),
      versions(['3.11', '3.12', '3.35', '3.36', LATEST], get('/v3/volumes/summary', { name: 'summary' })),
      get('/v3/{project}/volumes/summary'),
    ]),
    scenario(
      'the summary without volumes',
      [
        versions(['3.12', '3.36'], get('/v3/volumes/summary', { name: 'summary' })),
        get('/v3/volumes/summary?name=x'),
      ],
      { as: 'member' },
    ),
  ],
};
