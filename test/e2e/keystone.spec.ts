import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeystoneStandIn } from '../support/keystone.js';
import { rawRequest } from '../support/raw-request.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const PASSWORD = 'a password that nobody sees';
const PROJECT = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);

let keystone: KeystoneStandIn;
let app: TestApp;
let serial = 0;

function fresh(roles: readonly string[], more: object = { project: PROJECT }): string {
  serial += 1;
  return keystone.issue(`token-${serial}`, { user: `user-${serial}`, roles, ...more });
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(app.url + path, { headers: { 'OpenStack-API-Version': `volume ${NEWEST}`, ...headers } });
}

async function statusFor(
  token: string,
  path = '/v3/attachments',
  more: Record<string, string> = {},
): Promise<number> {
  return (await ask(path, { 'X-Auth-Token': token, ...more })).status;
}

beforeAll(async () => {
  keystone = new KeystoneStandIn(PASSWORD);
  const url = await keystone.start();
  app = await createTestApp({
    settings: {
      CLINKER_AUTH_STRATEGY: 'keystone',
      CLINKER_KEYSTONE_AUTH_URL: `${url}/v3/`,
      CLINKER_KEYSTONE_PASSWORD: PASSWORD,
      CLINKER_KEYSTONE_TIMEOUT_MS: '300',
    },
  });
});
afterAll(async () => {
  await app.close();
  await keystone.stop();
});
beforeEach(() => {
  keystone.mode = 'up';
});

describe('tokens of Keystone', () => {
  it('are asked for, with the address where one gets them', async () => {
    const answer = await ask('/v3/attachments');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Keystone uri="http:\/\/127\.0\.0\.1:\d+"$/);
    expect(await answer.json()).toEqual({
      error: {
        code: 401,
        title: 'Unauthorized',
        message: 'The request you have made requires authentication.',
      },
    });
    expect((await ask('/v3/')).status).toBe(200);
    expect((await ask('/healthcheck')).status).toBe(200);
  });

  it('stand for their project and roles', async () => {
    const member = fresh(['Member', 'reader']);
    expect(await statusFor(member)).toBe(200);
    expect(await statusFor(member, `/v3/${PROJECT}/attachments`)).toBe(200);
    expect(await statusFor(member, `/v3/${OTHER}/attachments`)).toBe(400);
    expect(await statusFor(fresh([]), '/v3/volumes')).toBe(403);
    expect(await statusFor(member, '/v3/os-services')).toBe(403);
    expect(await statusFor(fresh(['admin']), '/v3/os-services')).toBe(200);
  });

  it.each(['nobody-issued-this', 'x'.repeat(8193), 'wörds', 'user:project'])('refuses %p', async (token) => {
    expect(await statusFor(encodeURIComponent(token).slice(0, 9000))).toBe(401);
  });

  it('refuses expired tokens', async () => {
    expect(await statusFor(fresh(['member'], { project: PROJECT, expiresAt: Date.now() - 1000 }))).toBe(401);
  });

  it('refuses a token that expires while it is remembered', async () => {
    const token = fresh(['member'], { project: PROJECT, expiresAt: Date.now() + 300 });
    expect(await statusFor(token)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 320));
    expect(await statusFor(token)).toBe(401);
  });

  it.each([['of no scope or another than a project', {}]])('refuses tokens %s', async (_, scope) => {
    expect(await statusFor(fresh(['admin'], scope))).toBe(403);
  });

  it('are looked up once for concurrent requests', async () => {
    const token = fresh(['member']);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusFor(token)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(keystone.validations.filter((about) => about === token)).toHaveLength(1);
  });

  it('keep working if cached while Keystone is down; others get 503, not 401', async () => {
    const known = fresh(['member']);
    const unknown = fresh(['member']);
    expect(await statusFor(known)).toBe(200);
    for (const mode of ['failing', 'hanging'] as const) {
      keystone.mode = mode;
      expect(await statusFor(known)).toBe(200);
      const answer = await ask('/v3/attachments', { 'X-Auth-Token': unknown });
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);
      expect(await answer.json()).toEqual({
        serviceUnavailable: { code: 503, message: 'The identity service is unavailable.' },
      });
    }
    keystone.mode = 'up';
    expect(await statusFor(unknown)).toBe(200);
  });

  it("survive the loss of the server's own token", async () => {
    const before = keystone.logins;
    keystone.forgetOwnToken();
    expect(await statusFor(fresh(['member']))).toBe(200);
    expect(keystone.logins).toBe(before + 1);
  });

  it('of limited application credentials permit what their rules name, or what a service asks', async () => {
    const accessRules = [
      { id: '1', service: 'block-storage', method: 'GET', path: '/v3/attachments' },
      { id: '2', service: 'volumev3', method: 'GET', path: '/v3/{project_id}/volumes/*' },
    ];
    const limited = fresh(['member', 'reader'], { project: PROJECT, accessRules });
    expect(await statusFor(limited, '/v3/attachments?limit=1')).toBe(200);
    expect(await statusFor(limited, `/v3/${PROJECT}/volumes/detail`)).toBe(200);
    expect(await statusFor(limited, '/v3/volumes/detail')).toBe(401);
    const service = fresh(['service'], { project: OTHER });
    expect(await statusFor(limited, '/v3/volumes/detail', { 'X-Service-Token': service })).toBe(200);
  });

  it('of limited application credentials are judged, and logged, by what a path means, not by how it is spelt', async () => {
    const accessRules = [{ id: '1', service: 'volumev3', method: 'GET', path: '/v3/attachments/**' }];
    const limited = fresh(['member', 'reader'], { project: PROJECT, accessRules });
    const statusOf = async (path: string): Promise<number> => {
      const head = [`GET ${path} HTTP/1.1`, 'Host: localhost', `X-Auth-Token: ${limited}`];
      const version = [`OpenStack-API-Version: volume ${NEWEST}`, 'Connection: close', '', ''];
      return (await rawRequest(app.url, [...head, ...version].join('\r\n'))).status;
    };
    for (const path of [
      '/v3//attachments/detail',
      '/v3/%61ttachments/detail',
      '/v3/types/../attachments/./detail',
    ])
      expect([path, await statusOf(path)]).toEqual([path, 200]);
    // The log line is written after the response.
    const logged = (): number =>
      app.log.filter((line) => line.includes('"path":"/v3/attachments/detail"')).length;
    for (const deadline = Date.now() + 5_000; logged() < 3 && Date.now() < deadline;)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(logged()).toBe(3);
    for (const path of [
      '/v3/attachments/../volumes',
      '/v3/attachments/%2e%2e/volumes',
      '/v3//volumes',
      '/v3/types',
    ])
      expect([path, await statusOf(path)]).toEqual([path, 401]);
    // Authorized, but an unknown path: an encoded slash is no separator.
    expect(await statusOf('/v3/attachments/..%2Fvolumes')).toBe(404);
    expect(await statusOf('/v3%2fattachments/detail')).toBe(401);
  });

  it('never get into the log, nor does the password', async () => {
    const token = fresh(['member']);
    await statusFor(token);
    keystone.mode = 'failing';
    const lost = fresh(['member']);
    await statusFor(lost);
    const log = app.log.join('');
    for (const secret of [token, lost, PASSWORD]) expect(log).not.toContain(secret);
    expect(keystone.logins).toBeGreaterThan(0);
    expect(log).not.toMatch(/own-\d/);
    expect(log).toContain('Keystone returned 500');
  });
});

describe('a service token', () => {
  it('lets an expired token through with the service role alone', async () => {
    const expired = fresh(['member'], { project: PROJECT, expiresAt: Date.now() - 1000 });
    const service = fresh(['service'], { project: OTHER });
    const user = fresh(['member', 'admin']);
    expect(await statusFor(expired, undefined, { 'X-Service-Token': user })).toBe(401);
    expect(await statusFor(expired, undefined, { 'X-Service-Token': service })).toBe(200);
    expect(await statusFor(expired)).toBe(401);
  });

  it('gives no rights of its own', async () => {
    const service = fresh(['service', 'admin'], { project: OTHER });
    const path = '/v3/os-services';
    expect(await statusFor(fresh(['member']), path, { 'X-Service-Token': service })).toBe(403);
  });

  it('without the service role refuses the request', async () => {
    expect(await statusFor(fresh(['member']), undefined, { 'X-Service-Token': fresh(['admin']) })).toBe(401);
  });

  it('that is forged refuses the request', async () => {
    expect(await statusFor(fresh(['member']), undefined, { 'X-Service-Token': 'forged' })).toBe(401);
  });
});

describe('credentials that Keystone refuses', () => {
  it('are 503, and the log names the user', async () => {
    const wrong = await createTestApp({
      settings: {
        CLINKER_AUTH_STRATEGY: 'keystone',
        CLINKER_KEYSTONE_AUTH_URL: app.config.keystone_auth_url ?? '',
        CLINKER_KEYSTONE_PASSWORD: 'wrong',
      },
    });
    try {
      const answer = await fetch(`${wrong.url}/v3/attachments`, {
        headers: { 'X-Auth-Token': fresh(['member']) },
      });
      expect(answer.status).toBe(503);
      const { logins } = keystone;
      expect((await fetch(`${wrong.url}/v3/volumes`, { headers: { 'X-Auth-Token': 'other' } })).status).toBe(
        503,
      );
      // Not again at once: Keystone may lock the user out.
      expect(keystone.logins).toBe(logins);
      expect(wrong.log.join('')).toContain('Keystone returned 401 for the credentials of user clinker');
    } finally {
      await wrong.close();
    }
  });
});
