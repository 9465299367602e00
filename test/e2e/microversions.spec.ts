import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HISTORY } from '../../src/microversion/history.js';
import { MAXIMUM, versionOf } from '../../src/microversion/microversion.js';
import type { Feature } from '../../src/microversion/history.js';
import type { Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const run = promisify(execFile);

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp();
  api = server.api;
});
afterAll(() => server.close());

/** The version before a feature, and the version that introduced it. */
function around(feature: Feature): [before: string, from: string] {
  const version = versionOf(feature);
  return [`3.${version.minor - 1}`, version.toString()];
}

describe('attachments', () => {
  it.each([
    ['GET', '/v3/attachments'],
    ['GET', '/v3/attachments/detail'],
    ['GET', '/v3/attachments/some-id'],
    ['POST', '/v3/attachments'],
    ['PUT', '/v3/attachments/some-id'],
    ['DELETE', '/v3/attachments/some-id'],
  ])('%s %s is not there before 3.27, whatever the body, and the text says so', async (method, path) => {
    const body = method === 'POST' || method === 'PUT' ? { nonsense: true } : undefined;
    for (const version of [null, '3.0', '3.26']) {
      const { status, message } = await api.at(version).send(method, path, body);
      expect(status).toBe(404);
      expect(message).toContain('3.27');
    }
    const { message } = await api.at('3.27').send(method, path, body);
    expect(message).not.toContain('microversion');
  });

  it('are listed by the command in the text for a request without a version', async () => {
    const { message } = await api.at(null).get('/v3/attachments');
    const command = / For example: (curl .*)$/.exec(message)?.[1] ?? '';
    expect(command).toContain(`'${server.url}/v3/attachments'`);
    const { stdout } = await run('bash', ['-euc', `${command} -sf`]);
    expect(JSON.parse(stdout)).toEqual({ attachments: [] });
    const prefix = { 'X-Forwarded-Prefix': "/a';echo" };
    const quoted = await api.at(null).send('GET', '/v3/attachments', undefined, prefix);
    expect(quoted.message).toContain("/a%27;echo/v3/attachments'");
  });

  it('can be completed from 3.44 on', async () => {
    const id = await api.attachment(await api.volume());
    const [before, from] = around('attachment-complete');
    expect((await api.at(before).complete(id)).status).toBe(404);
    expect((await api.at(from).complete(id)).status).toBe(204);
  });

  it('have a mode from 3.54 on', async () => {
    const [before, from] = around('attachment-mode');
    expect((await api.at(before).create(await api.volume(), { mode: 'ro' })).status).toBe(400);
    expect((await api.at(from).create(await api.volume(), { mode: 'ro' })).status).toBe(200);
  });

  it('look the same in every version', async () => {
    const id = await api.attachment(await api.volume());
    const { body } = await api.show(id);
    const first = HISTORY.findIndex(({ id: feature }) => feature === 'attachments');
    for (const { version } of HISTORY.slice(first)) {
      const answer = await api.at(version).show(id);
      expect(answer.body).toEqual(body);
      expect(answer.headers.get('OpenStack-API-Version')).toBe(`volume ${version}`);
    }
  });
});

describe('volumes', () => {
  it.each<[Feature, string]>([
    ['groups', 'group_id'],
    ['provider-id', 'provider_id'],
    ['shared-targets', 'shared_targets'],
    ['shared-targets', 'service_uuid'],
    ['cluster-name', 'cluster_name'],
    ['volume-type-id', 'volume_type_id'],
    ['consumes-quota', 'consumes_quota'],
  ])('%s brought %s', async (feature, field) => {
    const path = `/v3/volumes/${await api.volume()}`;
    const [before, from] = around(feature);
    expect((await api.at(before).get(path)).body.volume).not.toHaveProperty(field);
    expect((await api.at(from).get(path)).body.volume).toHaveProperty(field);
  });

  it('take unknown keys before 3.53, and refuse them from it on', async () => {
    const [before, from] = around('schema-validation');
    const body = { volume: { size: 1, surprise: true } };
    expect((await api.at(before).send('POST', '/v3/volumes', body)).status).toBe(202);
    expect((await api.at(from).send('POST', '/v3/volumes', body)).status).toBe(400);
  });

  it('are summed up from 3.12 on', async () => {
    const [before, from] = around('volume-summary');
    expect((await api.at(before).get('/v3/volumes/summary')).status).toBe(404);
    expect((await api.at(from).get('/v3/volumes/summary')).status).toBe(200);
  });

  it('are counted from 3.45 on', async () => {
    const [before, from] = around('list-count');
    expect((await api.at(before).get('/v3/volumes?with_count=true')).body).not.toHaveProperty('count');
    expect((await api.at(from).get('/v3/volumes?with_count=true')).body).toHaveProperty('count');
  });
});

describe('the header', () => {
  it('is answered also when the request fails', async () => {
    for (const path of ['/v3/attachments/unknown', '/v3/attachments?limit=x']) {
      const { headers } = await api.at('3.44').get(path);
      expect(headers.get('OpenStack-API-Version')).toBe('volume 3.44');
      expect(headers.get('Vary')).toBe('OpenStack-API-Version');
      expect(headers.get('x-compute-request-id')).toMatch(/^req-[0-9a-f-]{36}$/);
      expect(headers.get('x-openstack-request-id')).toBe(headers.get('x-compute-request-id'));
    }
  });

  it('is refused with 406 out of range, naming the range', async () => {
    const { status, body } = await api.at('3.999').get('/v3/attachments');
    expect(status).toBe(406);
    expect(body).toEqual({
      computeFault: {
        code: 406,
        message: `Version 3.999 is not supported by the API. Minimum is 3.0 and maximum is ${MAXIMUM.toString()}.`,
      },
    });
  });
});

describe('discovery', () => {
  it('offers the same document at / with 300 and at /v3/ with 200', async () => {
    const root = await api.at(null).get('/');
    const v3 = await api.at(null).get('/v3/');
    expect([root.status, v3.status]).toEqual([300, 200]);
    expect(root.body).toEqual(v3.body);
    expect(root.body.versions[0]).toMatchObject({
      id: 'v3.0',
      status: 'CURRENT',
      version: MAXIMUM.toString(),
      min_version: '3.0',
      updated: expect.stringMatching(/Z$/),
    });
    const self = root.body.versions[0].links.find(({ rel }: { rel: string }) => rel === 'self');
    expect(self.href).toBe(`${server.url}/v3/`);
    expect((await fetch(self.href)).status).toBe(200);
  });

  it('answers a client that is newer than the server', async () => {
    expect((await api.at('3.99').get('/')).status).toBe(300);
  });

  it('redirects /v3', async () => {
    const { status, headers } = await api.get('/v3');
    expect([status, headers.get('location')]).toEqual([302, `${server.url}/v3/`]);
  });
});
