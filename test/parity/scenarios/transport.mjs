import { attach, get, post, put, quietly, reserve, scenario, volume } from '../lib/steps.mjs';

const LIST = '/v3/attachments';
const VALID = JSON.stringify(attach({ volume_uuid: '{unknown}' }));
/** The two names in it become uuids, which are longer. */
const VALID_LENGTH = VALID.length + 2 * 36 - '{unknown}{instance}'.length;
const typed = (type, text = VALID, options = {}) =>
  post(LIST, { name: `${type ?? 'no content type'}`, text, headers: { 'Content-Type': type }, ...options });
const raw = (name, text) => post(LIST, { name, text });
const method = (name, path, options) => ({ method: name, path, ...options });

export default {
  group: 'transport',
  scenarios: [
    scenario('content types that are read', [
      typed('application/json'),
      typed('application/json; charset=utf-8'),
      typed('application/json;charset=UTF-8'),
      typed('application/vnd.openstack.volume+json'),
    ]),
    scenario('content types that are refused', [
      typed('text/plain'),
      typed('application/xml'),
      typed('application/x-www-form-urlencoded'),
      typed('multipart/form-data; boundary=x'),
      typed('APPLICATION/JSON'),
      typed('application/problem+json'),
      typed('nonsense'),
      typed('text/plain', VALID, {
        path: '/v3/attachments/{unknown}/action',
        name: 'text/plain for an action',
      }),
      typed('text/plain', VALID, {
        method: 'PUT',
        path: '/v3/attachments/{unknown}',
        name: 'text/plain for an update',
      }),
    ]),
    scenario('a body without content type', [typed(null), typed('', VALID, { name: 'empty content type' })]),
    scenario('no body', [
      post(LIST, { name: 'create' }),
      post(LIST, { name: 'create with content type', headers: { 'Content-Type': 'application/json' } }),
      post(LIST, { name: 'create with an empty text', text: '' }),
      put('/v3/attachments/{unknown}', { name: 'update' }),
      post('/v3/volumes', { name: 'volume' }),
      post('/v3/types', { name: 'type' }),
    ]),
    scenario('malformed JSON', [
      raw('an open brace', '{'),
      raw('single quotes', "{'attachment': {}}"),
      raw('a trailing comma', '{"attachment": {},}'),
      raw('two values', '{} {}'),
      raw('a word', 'attachment'),
      raw('white space', '   '),
      raw('a byte order mark', '\ufeff{}'),
      raw('NaN', '{"attachment": NaN}'),
      put('/v3/attachments/{unknown}', { name: 'update', text: '{' }),
      post('/v3/volumes', { name: 'volume', text: '{' }),
    ]),
    scenario('a repeated key', [
      raw('the last counts', '{"attachment": 1, "attachment": {"volume_uuid": "{unknown}"}}'),
    ]),
    scenario('size of the body', [
      raw('exactly the limit', `${VALID}${' '.repeat(114_688 - VALID_LENGTH)}`),
      raw('one byte more', `${VALID}${' '.repeat(114_689 - VALID_LENGTH)}`),
      raw('over the limit', `${VALID}${' '.repeat(114_700)}`),
      post('/v3/nothing', { name: 'over the limit on an unknown path', text: ' '.repeat(114_700) }),
    ]),
    scenario('GET with a body', [
      get(LIST, { name: 'JSON', body: {} }),
      get(LIST, { name: 'malformed JSON', text: '{' }),
      get(LIST, { name: 'text', text: 'x', headers: { 'Content-Type': 'text/plain' } }),
      get(LIST, { name: 'no content type', text: 'x', headers: { 'Content-Type': null } }),
      get(LIST, { name: 'content type without a body', headers: { 'Content-Type': 'application/json' } }),
      get(LIST, { name: 'foreign content type without a body', headers: { 'Content-Type': 'text/plain' } }),
      get('/v3/attachments/{unknown}', { name: 'show with JSON', body: {} }),
      get('/v3/volumes', { name: 'volumes with JSON', body: {} }),
    ]),
    scenario('Accept', [
      get(LIST, { name: 'anything', headers: { Accept: '*/*' } }),
      get(LIST, { name: 'none', headers: { Accept: null } }),
      get(LIST, { name: 'vendor type', headers: { Accept: 'application/vnd.openstack.volume+json' } }),
      get(LIST, { name: 'XML', headers: { Accept: 'application/xml' } }),
      get(LIST, { name: 'HTML', headers: { Accept: 'text/html' } }),
      get(LIST, { name: 'preferences', headers: { Accept: 'text/html, application/json;q=0.5' } }),
      get('/v3/attachments/{unknown}', { name: 'an error as HTML', headers: { Accept: 'text/html' } }),
    ]),
    scenario('wrong methods', [
      quietly(volume(), reserve()),
      method('PUT', LIST, { body: {} }),
      method('PATCH', LIST, { body: {} }),
      method('DELETE', LIST),
      method('PUT', '/v3/attachments/detail', { body: {} }),
      method('POST', '/v3/attachments/detail', { body: {} }),
      method('PATCH', '/v3/attachments/{attachment}', { body: {} }),
      method('POST', '/v3/attachments/{attachment}', { body: {} }),
      method('PATCH', '/v3/volumes/{volume}', { body: {} }),
      method('DELETE', '/v3/volumes'),
    ]),
    scenario('HEAD and OPTIONS', [
      quietly(volume(), reserve()),
      method('HEAD', LIST),
      method('HEAD', '/v3/attachments/{attachment}'),
      method('OPTIONS', LIST),
      method('OPTIONS', '/v3/attachments/{attachment}'),
      method('OPTIONS', '/v3/nothing'),
      method('OPTIONS', LIST, { version: '3.99', name: 'OPTIONS out of range' }),
      method('TRACE', LIST),
    ]),
    scenario('unknown routes', [
      get('/v3/nothing'),
      get('/v3/{project}/nothing'),
      get('/v3/attachments/{unknown}/nothing'),
      get('/v3/attachments/detail/more'),
      get('/v3/Attachments'),
      get('/V3/attachments'),
      get('/attachments'),
      get('/v3/nothing', { name: 'as HTML', headers: { Accept: 'text/html' } }),
      get('/v3/nothing', { name: 'without Accept', headers: { Accept: null } }),
      get('/v3/nothing', { name: 'member', as: 'member' }),
      post('/v3/nothing', { name: 'malformed body', text: '{' }),
    ]),
    scenario('odd ids', [
      get('/v3/attachments/%00'),
      get('/v3/attachments/%2F'),
      get('/v3/attachments/a%20b'),
      get('/v3/attachments/%C3%A9'),
      get('/v3/attachments/a.b'),
      get(`/v3/attachments/${'x'.repeat(300)}`, { name: 'very long' }),
    ]),
    scenario('odd queries', [
      get(`${LIST}?limit=1&limit`),
      get(`${LIST}?&&&`),
      get(`${LIST}?=x`),
      get(`${LIST}?volume_id=%FF`),
      get(`${LIST}?a%00b=1`),
    ]),
  ],
};
