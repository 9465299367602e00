import { attach, del, get, post, put, scenario } from '../lib/steps.mjs';

const token = (value) => ({ headers: { 'X-Auth-Token': value } });

export default {
  group: 'authentication',
  scenarios: [
    scenario(
      'noauth without a token answers 204 with one',
      [
        get('/v3/attachments'),
        get('/v3/{project}/attachments'),
        get('/v3/attachments', { version: null, name: 'no version' }),
        get('/v3/attachments', { version: '3.99', name: 'version out of range' }),
        get('/v3/nothing'),
        post('/v3/attachments', { body: attach({ volume_uuid: '{unknown}' }) }),
        del('/v3/attachments/{unknown}'),
        get('/v3/attachments', {
          name: 'with X-Auth-User and X-Auth-Project-Id',
          headers: { 'X-Auth-User': 'kim', 'X-Auth-Project-Id': '{project}' },
        }),
        get('/v3/attachments', { name: 'with X-Auth-User only', headers: { 'X-Auth-User': 'kim' } }),
      ],
      { as: 'noauth anonymous' },
    ),
    scenario('noauth tokens', [
      get('/v3/attachments', { name: 'user:project', ...token('admin:{project}') }),
      get('/v3/attachments', { name: 'no colon', ...token('{project}') }),
      get('/v3/{project}/attachments', { name: 'no colon, project in the path', ...token('{project}') }),
      get('/v3/attachments', { name: 'empty token', ...token('') }),
      get('/v3/attachments', { name: 'empty project', ...token('admin:') }),
      get('/v3/attachments', { name: 'empty user', ...token(':{project}') }),
      get('/v3/attachments', { name: 'two colons', ...token('admin:{project}:extra') }),
      get('/v3/attachments', { name: 'project is a name', ...token('admin:admin') }),
    ]),
    scenario('the project of the path must be that of the token', [
      get('/v3/{project}/attachments', { name: 'equal' }),
      get('/v3/{foreign}/attachments', { name: 'list of another project' }),
      get('/v3/{foreign}/attachments/{unknown}', { name: 'show in another project' }),
      post('/v3/{foreign}/attachments', { name: 'create in another project', body: {} }),
      get('/v3/{foreign}/volumes', { name: 'volumes of another project' }),
      get('/v3/{foreign}/attachments', { name: 'member', as: 'member' }),
      get('/v3/{foreign}/attachments', { name: 'keystone admin', as: 'admin' }),
      get('/v3/{foreign}/nothing', { name: 'unrouted' }),
      get('/v3/{foreign}/attachments', { name: 'below 3.27', version: '3.26' }),
    ]),
    scenario('a project in the path that is not hexadecimal', [
      get('/v3/admin/attachments', token('admin:admin')),
      get('/v3/my_project/attachments', token('admin:my_project')),
      get('/v3/ABCDEF00/attachments', { name: 'upper case', ...token('admin:ABCDEF00') }),
      get('/v3/ab-12/attachments', { name: 'short and dashed', ...token('admin:ab-12') }),
    ]),
    scenario(
      'keystone without a usable token is 401',
      [
        get('/v3/attachments'),
        get('/v3/attachments', { name: 'empty token', headers: { 'X-Auth-Token': '' } }),
        get('/v3/attachments', { name: 'unknown token', headers: { 'X-Auth-Token': 'invalid' } }),
        get('/v3/nothing'),
        get('/v3/attachments', { name: 'version out of range', version: '3.99' }),
        post('/v3/attachments', { name: 'malformed body', text: '{' }),
        put('/v3/attachments/{unknown}', { body: {} }),
        { method: 'OPTIONS', path: '/v3/attachments' },
        { method: 'HEAD', path: '/v3/attachments' },
      ],
      { as: 'anonymous' },
    ),
    scenario('service tokens', [
      get('/v3/attachments', {
        name: 'valid',
        as: 'member',
        headers: { 'X-Service-Token': 'nova:{foreign}:service' },
      }),
      get('/v3/attachments', {
        name: 'without the role',
        as: 'member',
        headers: { 'X-Service-Token': 'nova:{foreign}:member' },
      }),
      get('/v3/attachments', { name: 'invalid', as: 'member', headers: { 'X-Service-Token': 'invalid' } }),
    ]),
    scenario('the request id of the caller is not echoed', [
      get('/v3/attachments', {
        headers: { 'X-OpenStack-Request-ID': 'req-11111111-2222-3333-4444-555555555555' },
      }),
    ]),
  ],
};
