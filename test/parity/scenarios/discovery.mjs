import { get, scenario, versionHeaders } from '../lib/steps.mjs';

const method = (name, path, options) => ({ method: name, path, version: null, ...options });

export default {
  group: 'discovery',
  scenarios: [
    scenario('the root lists the versions with 300', [get('/', { version: null })], {
      as: 'noauth anonymous',
    }),
    scenario('the root answers the same to everyone', [
      get('/', { version: null, as: 'noauth' }),
      get('/', { version: null, as: 'anonymous' }),
      get('/', { version: null, as: 'member' }),
      get('/', { version: null, name: 'with a query', path: '/?a=b' }),
      get('/', { version: null, name: 'as text/html', headers: { Accept: 'text/html' } }),
      get('/', { version: null, name: 'without Accept', headers: { Accept: null } }),
    ]),
    scenario(
      'the version header on the root',
      versionHeaders(
        [
          'volume 3.0',
          'volume 3.27',
          'volume 3.70',
          'volume latest',
          'volume 3.99',
          'volume 2.0',
          'volume x',
          'compute 2.1',
        ],
        get('/'),
      ),
    ),
    scenario('/v3 redirects to /v3/', [
      get('/v3', { version: null }),
      get('/v3', { version: '3.27', name: 'with a version' }),
      get('/v3', { version: null, as: 'anonymous' }),
      get('/v3', { version: null, as: 'member' }),
      get('/v3?x=y', { version: null }),
    ]),
    scenario('/v3/ describes the version', [
      get('/v3/', { version: null }),
      get('/v3/', { version: '3.27', name: 'at 3.27' }),
      get('/v3/', { version: null, as: 'noauth anonymous' }),
      get('/v3/', { version: null, as: 'anonymous' }),
      get('/v3/', { version: null, as: 'member' }),
      get('/v3/', { version: '3.99', name: 'out of range' }),
      get('/v3/', { version: null, name: 'malformed', headers: { 'OpenStack-API-Version': 'volume x' } }),
    ]),
    scenario('/v3/{project} alone is no resource', [
      get('/v3/{project}', { version: null }),
      get('/v3/{project}/', { version: null }),
      get('/v3/{project}', { version: '3.54', name: 'project at 3.54' }),
    ]),
    scenario('other methods on the version documents', [
      method('HEAD', '/'),
      method('OPTIONS', '/'),
      method('POST', '/'),
      method('PATCH', '/'),
      method('HEAD', '/v3/'),
      method('OPTIONS', '/v3/'),
      method('POST', '/v3/'),
      method('DELETE', '/v3/'),
    ]),
    scenario('paths outside of the API', [
      get('/v2', { version: null }),
      get('/v2/', { version: null }),
      get('/v1/', { version: null }),
      get('/v4/', { version: null }),
      get('/favicon.ico', { version: null }),
      get('/nothing', { version: null, as: 'anonymous' }),
      get('/nothing', { version: null, name: 'as a browser', headers: { Accept: 'text/html' } }),
    ]),
    scenario('/healthcheck needs no token', [
      get('/healthcheck', { version: null, as: 'noauth anonymous' }),
      get('/healthcheck', { version: null, as: 'anonymous' }),
      get('/healthcheck', { version: null, name: 'as text', headers: { Accept: 'text/plain' } }),
      method('HEAD', '/healthcheck'),
    ]),
  ],
};
