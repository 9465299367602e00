import {
  attach,
  complete,
  get,
  post,
  put,
  del,
  quietly,
  reserve,
  scenario,
  versionHeaders,
  versions,
  volume,
} from '../lib/steps.mjs';

const list = get('/v3/attachments');

export default {
  group: 'microversions',
  scenarios: [
    scenario('attachments exist from 3.27', versions([null, '3.0', '3.26', '3.27', '3.28', '3.70'], list)),
    scenario('every attachment operation below 3.27 is not found', [
      get('/v3/attachments/detail', { version: '3.26' }),
      get('/v3/attachments/{unknown}', { version: '3.26' }),
      get('/v3/{project}/attachments', { version: '3.26' }),
      post('/v3/attachments', { version: '3.26', body: attach({ volume_uuid: '{unknown}' }) }),
      post('/v3/attachments', { version: '3.26', name: 'create with a bad body', body: {} }),
      put('/v3/attachments/{unknown}', { version: '3.26', body: {} }),
      del('/v3/attachments/{unknown}', { version: '3.26' }),
      post('/v3/attachments', { version: null, name: 'create without version', body: {} }),
      del('/v3/attachments/{unknown}', { version: null, name: 'delete without version' }),
    ]),
    scenario('complete exists from 3.44', [
      quietly(volume(), reserve()),
      complete('attachment', { version: null, name: 'no version' }),
      complete('attachment', { version: '3.27', name: 'at 3.27' }),
      complete('attachment', { version: '3.43', name: 'at 3.43' }),
      complete('attachment', { version: '3.44', name: 'at 3.44' }),
    ]),
    scenario('mode of a create exists from 3.54', [
      quietly(volume()),
      reserve('attachment', { mode: 'ro' }, { version: '3.53', name: 'mode at 3.53', capture: {} }),
      reserve('attachment', { mode: 'ro' }, { version: '3.54', name: 'mode at 3.54' }),
    ]),
    scenario('the shape of an attachment is the same at every version', [
      quietly(volume(), reserve()),
      versions(
        ['3.27', '3.44', '3.54', '3.69', '3.70'],
        get('/v3/attachments/{attachment}', { name: 'show' }),
      ),
    ]),
    scenario(
      'versions in range are echoed',
      versionHeaders(['volume 3.27', 'volume 3.54', 'volume latest'], list),
    ),
    scenario(
      'versions out of range are 406',
      versionHeaders(['volume 3.99', 'volume 4.0', 'volume 2.0', 'volume 1.0'], list),
    ),
    scenario('one version above the reference', versionHeaders(['volume 3.71'], list)),
    scenario(
      'malformed versions are 400',
      versionHeaders(
        [
          'volume foo',
          'volume 3',
          'volume 3.',
          'volume .27',
          'volume 3.027',
          'volume 03.27',
          'volume 3.27.1',
          'volume 3.x',
        ].concat(['volume 0.0', 'volume -3.27', 'volume LATEST', 'volume 3,27', 'volume v3.27']),
        list,
      ),
    ),
    scenario(
      'headers that name no volume version',
      versionHeaders(
        [
          '3.27',
          'latest',
          'compute 3.27',
          'Volume 3.27',
          'block-storage 3.27',
          '',
          'volume=3.27',
          'vol 3.27',
        ],
        list,
      ),
    ),
    scenario(
      'headers with too few or too many words',
      versionHeaders(['volume', 'volume 3.27 extra', 'volume '], list),
    ),
    scenario(
      'headers that are read leniently',
      versionHeaders(
        ['volumev3 3.27', 'volume  3.27', 'volume\t3.27', ' volume 3.27 ', 'myvolume 3.27'],
        list,
      ),
    ),
    scenario(
      'headers with several services',
      versionHeaders(
        [
          'compute 2.1, volume 3.27',
          'volume 3.27, compute 2.1',
          'volume 3.27,volume 3.54',
          'volume 3.26, volume 3.27',
        ].concat([
          'compute 2.1,volume 3.26',
          'volume 3.27,',
          ',volume 3.27',
          'compute 2.1, identity 3.0',
          'volume 3.99, volume 3.27',
        ]),
        list,
      ),
    ),
    scenario('two header lines', [
      get('/v3/attachments', {
        version: null,
        headers: { 'OpenStack-API-Version': ['compute 2.1', 'volume 3.27'] },
        name: 'compute and volume',
      }),
      get('/v3/attachments', {
        version: null,
        headers: { 'OpenStack-API-Version': ['volume 3.27', 'volume 3.26'] },
        name: 'volume twice',
      }),
    ]),
    scenario('older names of the header are ignored', [
      get('/v3/attachments', {
        version: null,
        name: 'X-OpenStack-Volume-API-Version',
        headers: { 'X-OpenStack-Volume-API-Version': '3.27' },
      }),
      get('/v3/attachments', {
        version: null,
        name: 'openstack-api-version in lower case',
        headers: { 'openstack-api-version': 'volume 3.27' },
      }),
    ]),
    scenario('a bad version on a path that does not exist', [
      get('/v3/nothing', { version: '3.99', name: 'out of range' }),
      get('/v3/nothing', {
        version: null,
        headers: { 'OpenStack-API-Version': 'volume x' },
        name: 'malformed',
      }),
      get('/v3/attachments/{unknown}/nothing', { version: '3.99', name: 'below an attachment' }),
    ]),
    scenario('a bad version comes before the body', [
      post('/v3/attachments', { version: '3.99', name: 'out of range', body: {} }),
      post('/v3/attachments', { version: '3.99', name: 'out of range and malformed JSON', text: '{' }),
      post('/v3/attachments', {
        version: '3.99',
        name: 'out of range and XML',
        text: '<a/>',
        headers: { 'Content-Type': 'text/xml' },
      }),
      post('/v3/attachments', { version: null, name: 'no version and malformed JSON', text: '{' }),
      post('/v3/attachments', {
        version: null,
        name: 'no version and XML',
        text: '<a/>',
        headers: { 'Content-Type': 'text/xml' },
      }),
    ]),
  ],
};
