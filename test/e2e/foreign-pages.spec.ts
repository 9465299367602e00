import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentsOf } from '../support/contents.js';
import { KeystoneStandIn } from '../support/keystone.js';
import { type RawAnswer, rawRequest } from '../support/raw-request.js';
import { METHODS, routesOf } from '../support/routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;
let before: string;

beforeAll(async () => {
  server = await createTestApp({
    settings: { CLINKER_ALLOWED_HOSTS: 'storage.example.org, 192.0.2.7' },
  });
  await server.api.volume();
  before = await contentsOf(server);
});
afterAll(() => server.close());

function ask(request: string, headers: readonly string[], url = server.url): Promise<RawAnswer> {
  const token = `X-Auth-Token: admin:${server.api.project}`;
  const version = `OpenStack-API-Version: volume ${NEWEST}`;
  return rawRequest(
    url,
    [`${request} HTTP/1.1`, ...headers, token, version, 'Connection: close', '', ''].join('\r\n'),
  );
}

const PUBLIC = ['/', '/v3', '/v3/', '/docs', '/docs/swagger-ui-init.js', '/openapi.json', '/healthcheck'];

const FOREIGN = [
  'evil.example',
  'evil.example:8776',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evillocalhost',
  '192.0.2.1',
  '0.0.0.0',
  '[::]',
  '[2001:db8::1]',
  'storage.example.org.evil.example',
];

const OWN = [
  ...['localhost', 'LOCALHOST:8776', 'localhost.', 'clinker.localhost:1', '127.0.0.1', '127.1.2.3:9'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]:8776', '[::ffff:127.0.0.1]', 'Storage.Example.org.:443', '192.0.2.7'],
];

describe('with noauth, a request by a host name that is not the server’s', () => {
  it.each(FOREIGN)('gets nothing of any route: %s', async (host) => {
    for (const { path, method } of routesOf(server)) {
      const asked = `${METHODS[method] === 'ALL' ? 'GET' : METHODS[method]} ${path.replace('{/}', '/')}`;
      const { status, body } = await ask(asked, [`Host: ${host}`]);
      expect([asked, status, body]).toEqual([
        asked,
        421,
        {
          computeFault: {
            code: 421,
            message:
              'This server does not accept that host name. Its operator can add the name to allowed_hosts.',
          },
        },
      ]);
    }
    expect(await contentsOf(server)).toBe(before);
  });

  it('nor of what needs no token, nor of what does not exist', async () => {
    for (const path of [...PUBLIC, '/v3/nowhere', '/nowhere', '//evil.example/v3/']) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const { status, head } = await ask(`${method} ${path}`, ['Host: evil.example']);
        expect([method, path, status]).toEqual([method, path, 421]);
        expect(head).toMatch(/^x-openstack-request-id: req-/m);
      }
    }
  });

  it('also when a proxy says that it was asked by that name', async () => {
    for (const name of ['evil.example', 'localhost, evil.example', 'evil.example, localhost', 'a/b'])
      expect((await ask('GET /v3/volumes', ['Host: localhost', `X-Forwarded-Host: ${name}`])).status).toBe(
        421,
      );
  });

  it('is logged with the name', () => {
    expect(server.log.filter((line) => line.includes('allowed_hosts')).join('')).toContain(
      'evil.example:8776',
    );
  });
});

describe('with noauth, the names of the server', () => {
  it.each(OWN)('are loopback and those that are allowed: %s', async (host) => {
    for (const path of PUBLIC.filter((name) => name !== '/v3' && name !== '/'))
      expect([path, (await ask(`GET ${path}`, [`Host: ${host}`])).status]).toEqual([path, 200]);
    expect((await ask('GET /v3/volumes', [`Host: ${host}`])).body.volumes).toHaveLength(1);
  });

  it('may be told by a proxy', async () => {
    const headers = ['Host: 127.0.0.1:8776', 'X-Forwarded-Host: storage.example.org, localhost'];
    expect((await ask('GET /v3/volumes', headers)).status).toBe(200);
  });

  it('need not be sent by clients of HTTP/1.0, which browsers are not', async () => {
    expect((await rawRequest(server.url, 'GET /healthcheck HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});

describe('with noauth, a page of another origin', () => {
  const POST = 'POST /v3/volumes';

  it.each([
    'http://evil.example',
    'https://localhost.evil.example',
    'http://localhost:3000',
    'http://127.0.0.1:8776',
    'null',
    '',
    'http://localhost:8776, http://evil.example',
    'chrome-extension://abcdef',
  ])('can send nothing: %j', async (origin) => {
    for (const request of [
      POST,
      'GET /v3/volumes',
      'OPTIONS /v3/volumes',
      'GET /docs',
      'DELETE /v3/types/x',
    ]) {
      const { status, body } = await ask(request, ['Host: localhost:8776', `Origin: ${origin}`]);
      const message = 'Pages of other origins may not use this server.';
      expect([request, status, body]).toEqual([request, 403, { forbidden: { code: 403, message } }]);
    }
    expect(await contentsOf(server)).toBe(before);
  });

  it('cannot send a form either, which needs no preflight', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const body = '{"volume": {"size": 1}}';
      const headers = [
        'Host: localhost',
        'Origin: null',
        `Content-Type: ${type}`,
        `Content-Length: ${body.length}`,
      ];
      const request = [`${POST} HTTP/1.1`, ...headers, 'Connection: close', '', body].join('\r\n');
      expect((await rawRequest(server.url, request)).status).toBe(403);
    }
    expect(await contentsOf(server)).toBe(before);
  });

  it.each(['cross-site', 'same-site'])('cannot embed an answer, but link to it: %s', async (site) => {
    const from = ['Host: localhost', `Sec-Fetch-Site: ${site}`];
    const mode = (name: string, goal: string): string[] => [
      `Sec-Fetch-Mode: ${name}`,
      `Sec-Fetch-Dest: ${goal}`,
    ];
    expect((await ask('GET /v3/volumes', [...from, ...mode('no-cors', 'image')])).status).toBe(403);
    expect((await ask('GET /docs', [...from, ...mode('navigate', 'iframe')])).status).toBe(403);
    expect((await ask(POST, [...from, ...mode('navigate', 'document')])).status).toBe(403);
    expect((await ask('GET /docs', [...from, ...mode('navigate', 'document')])).status).toBe(200);
  });

  it('is not the server’s own page', async () => {
    const own = ['Host: localhost:8776', 'Origin: http://localhost:8776', 'Sec-Fetch-Site: same-origin'];
    expect((await ask('GET /v3/volumes', own)).status).toBe(200);
    const behindProxy = ['Host: 127.0.0.1', 'X-Forwarded-Host: storage.example.org'];
    expect(
      (await ask('GET /v3/volumes', [...behindProxy, 'Origin: https://storage.example.org'])).status,
    ).toBe(200);
  });
});

describe('a server that listens on every address', () => {
  it('is reached by each of them, and by no name that is not allowed', async () => {
    const open = await createTestApp({
      settings: { HOST: '0.0.0.0', CLINKER_NOAUTH_ALLOW_REMOTE: 'true' },
    });
    try {
      for (const host of ['192.0.2.1:8776', '[2001:db8::1]', 'localhost'])
        expect([host, (await ask('GET /healthcheck', [`Host: ${host}`], open.url)).status]).toEqual([
          host,
          200,
        ]);
      expect((await ask('GET /healthcheck', ['Host: evil.example'], open.url)).status).toBe(421);
    } finally {
      await open.close();
    }
  });
});

describe('with Keystone', () => {
  it('no name is refused, and nothing is given without a token', async () => {
    const keystone = new KeystoneStandIn('secret');
    const url = await keystone.start();
    const safe = await createTestApp({
      settings: {
        CLINKER_AUTH_STRATEGY: 'keystone',
        CLINKER_KEYSTONE_AUTH_URL: url,
        CLINKER_KEYSTONE_PASSWORD: 'secret',
      },
    });
    try {
      const headers = ['Host: volume.example.org', 'Origin: http://evil.example'];
      expect((await ask('GET /', headers, safe.url)).status).toBe(300);
      expect((await ask('GET /v3/volumes', headers, safe.url)).status).toBe(401);
    } finally {
      await safe.close();
      await keystone.stop();
    }
  });
});

describe('a request without exactly one host', () => {
  it.each([
    ['none', [], 'The request has no Host header.'],
    ['two', ['Host: localhost', 'host: localhost'], 'The request has several Host headers.'],
    ['an empty one', ['Host:'], 'The Host header is not valid.'],
    ['one that is none', ['Host: a/b'], 'The Host header is not valid.'],
    ['one with a user', ['Host: localhost@evil.example'], 'The Host header is not valid.'],
  ])('is 400 in the envelope, with a request id: %s', async (_what, headers, message) => {
    for (const path of ['/', '/v3/volumes', '/healthcheck']) {
      const answer = await ask(`GET ${path}`, headers);
      expect([answer.status, answer.body]).toEqual([400, { badRequest: { code: 400, message } }]);
      expect(answer.head).toMatch(/^x-openstack-request-id: req-[\da-f-]{36}\r?$/m);
      expect(answer.head).toMatch(/^x-compute-request-id: req-[\da-f-]{36}\r?$/m);
    }
  });
});
