import { attach, connector, get, post, put, quietly, reserve, scenario, volume } from '../lib/steps.mjs';

const XML = { text: '<a/>', headers: { 'Content-Type': 'application/xml' } };
const ACTION = '/v3/attachments/{unknown}/action';

export default {
  group: 'precedence',
  scenarios: [
    scenario('which fault is reported first', [
      put('/v3/attachments/{unknown}', { name: 'schema before look-up', body: {} }),
      post('/v3/attachments', { name: 'schema before volume', body: attach({ volume_uuid: 'abc' }) }),
      post('/v3/{foreign}/attachments', { name: 'path project before schema', body: {} }),
      post('/v3/{foreign}/attachments', { name: 'JSON before path project', text: '{' }),
      post('/v3/{foreign}/attachments', { name: 'content type before path project', ...XML }),
      put('/v3/{foreign}/attachments/{unknown}', {
        name: 'path project before look-up',
        body: { attachment: { connector: connector() } },
      }),
      post('/v3/{foreign}/attachments', {
        name: 'path project before version gate',
        version: '3.26',
        body: {},
      }),
      post('/v3/{foreign}/attachments', {
        name: 'version range before path project',
        version: '3.99',
        body: {},
      }),
      post('/v3/attachments', { name: 'version gate before schema', version: '3.26', body: {} }),
      post('/v3/attachments', { name: 'JSON before version gate', version: '3.26', text: '{' }),
      post('/v3/attachments', { name: 'content type before version gate', version: '3.26', ...XML }),
      post('/v3/attachments', { name: 'version range before content type', version: '3.99', ...XML }),
      get('/v3/{foreign}/attachments?limit=abc', { name: 'path project before paging' }),
      get('/v3/attachments?limit=abc', { name: 'version gate before paging', version: '3.26' }),
    ]),
    scenario('which fault of an action is reported first', [
      post(ACTION, { name: 'unknown action before look-up', body: { 'os-bogus': null } }),
      post(ACTION, {
        name: 'unknown action before version gate',
        version: '3.26',
        body: { 'os-bogus': null },
      }),
      post('/v3/{foreign}/attachments/{unknown}/action', {
        name: 'unknown action before path project',
        body: { 'os-bogus': null },
      }),
      post('/v3/{foreign}/attachments/{unknown}/action', {
        name: 'path project before look-up',
        body: { 'os-complete': null },
      }),
      post(ACTION, { name: 'version gate before look-up', version: '3.43', body: { 'os-complete': null } }),
      post(ACTION, { name: 'content type', ...XML }),
      post(ACTION, {
        name: 'version range before unknown action',
        version: '3.99',
        body: { 'os-bogus': null },
      }),
    ]),
    scenario(
      'which fault of a list is reported first',
      [
        get('/v3/attachments?limit=abc&sort=bogus', { name: 'limit and sort' }),
        get('/v3/attachments?bogus=1&limit=abc', { name: 'filter and limit' }),
        get('/v3/attachments?bogus=1&sort=bogus', { name: 'filter and sort' }),
        get('/v3/attachments?marker={unknown}&bogus=1', { name: 'marker and filter' }),
        get('/v3/attachments?marker={unknown}&sort=bogus', { name: 'marker and sort' }),
        get('/v3/attachments?limit=0&marker={unknown}', { name: 'limit 0 and marker' }),
        get('/v3/attachments?limit=0&sort=bogus', { name: 'limit 0 and sort' }),
        get('/v3/attachments?status=x&marker={unknown}', { name: 'status and marker' }),
      ],
      { as: 'member' },
    ),
    scenario('schema before the state of the volume', [
      quietly(volume(), reserve()),
      post('/v3/attachments', {
        name: 'busy volume and unknown key',
        body: attach({ instance_uuid: '{instance2}', extra: 1 }),
      }),
      post('/v3/attachments', {
        name: 'busy volume and good body',
        body: attach({ instance_uuid: '{instance2}' }),
        message: true,
      }),
    ]),
  ],
};
