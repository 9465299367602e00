import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Reader } from '../../src/platform/database/reader.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const REQUESTS = 3000;

const KEYS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  404: 'itemNotFound',
  406: 'computeFault',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
};

let server: TestApp;
let api: Api;
let volume: string;
let attachment: string;

beforeAll(async () => {
  server = await createTestApp({ settings: { LOG_LEVEL: 'error' } });
  api = server.api;
  volume = await api.volume({ name: 'untouched', metadata: { k: 'v' } });
  attachment = await api.attachment(volume, { connector: aConnector() });
});
afterAll(() => server.close());

/** The whole database, as text. */
async function contents(): Promise<string> {
  const reader = server.app.get(Reader);
  const tables = ['volumes', 'attachments', 'volume_types', 'volume_metadata', 'operations'];
  return JSON.stringify(
    await Promise.all(tables.map((table) => reader.rows(`SELECT * FROM ${table} ORDER BY 1, 2`, []))),
  );
}

function expectFault({ status, body }: { status: number; body: any }): void {
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  expect(Object.keys(body)).toEqual([KEYS[status]]);
  const [fault] = Object.values<any>(body);
  expect(fault).toEqual({ code: status, message: expect.any(String) });
}

/** Sends one request unmodified on its own connection; fetch would normalize or refuse it. */
function raw(options: http.RequestOptions, body?: string | Buffer): Promise<{ status: number; body: any }> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body: text === '' ? '' : JSON.parse(text) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** URL-encodes a text; a lone surrogate, which no URL can hold, becomes a replacement character. */
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '😀',
    '\ud800',
    '../../etc/passwd',
    "' OR 1=1 --",
    '%',
    '_',
    '%00',
    '%FF',
    '\r\nX-Evil: 1',
    '__proto__',
    'constructor',
    'null',
    'detail',
    'x'.repeat(300),
    '${7*7}',
    '<script>',
    '{}',
  ),
);

const oddValue = fc.oneof(
  { depthSize: 'small' },
  oddText,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(null, true, 0, -1, 1e308, 2 ** 53, [], {}, [[]], { attachment: {} }),
);

const anyPath = fc.oneof(
  fc.constantFrom(
    '/v3/attachments',
    '/v3/attachments/detail',
    '/v3/volumes',
    '/v3/volumes/detail',
    '/v3/volumes/summary',
    '/v3/types',
    '/v3/limits',
    '/v3/os-services',
    '/v3/resource_filters',
    '/v3/extensions',
  ),
  oddText.map((text) => `/v3/attachments/${encoded(text)}`),
  oddText.map((text) => `/v3/attachments/${encoded(text)}/action`),
  oddText.map((text) => `/v3/volumes/${encoded(text)}`),
  oddText.map((text) => `/v3/volumes/${encoded(text)}/metadata`),
  oddText.map((text) => `/v3/types/${encoded(text)}/extra_specs`),
  oddText.map((text) => `/v3/${encoded(text)}/attachments`),
);

const anyQuery = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constantFrom(
        'limit',
        'offset',
        'marker',
        'sort',
        'sort_key',
        'sort_dir',
        'volume_id',
        'status',
        'name',
        'name~',
        'metadata',
        'size',
        'created_at',
        'all_tenants',
        'project_id',
        'with_count',
        'bootable',
        'is_public',
        'extra_specs',
        'resource',
      ),
      oddText,
    ),
    oddText,
  ),
  { maxLength: 3 },
);

const required = { volume_uuid: '00000000-0000-4000-8000-000000000000' };

const anyBody = fc.oneof(
  oddValue,
  fc.dictionary(
    fc.constantFrom(
      'attachment',
      'volume',
      'volume_type',
      'metadata',
      'extra_specs',
      'os-complete',
      'type',
      'extra',
    ),
    oddValue,
    { maxKeys: 2 },
  ),
  fc
    .dictionary(fc.constantFrom('volume_uuid', 'instance_uuid', 'connector', 'mode', 'status'), oddValue)
    .map((keys) => ({ attachment: { ...required, ...keys } })),
  // Without a valid size nothing is created, so the database can be compared.
  fc
    .dictionary(
      fc.constantFrom(
        'name',
        'description',
        'volume_type',
        'metadata',
        'availability_zone',
        'multiattach',
        'snapshot_id',
      ),
      oddValue,
    )
    .map((keys) => ({ volume: { size: 0, ...keys } })),
);

describe(`${REQUESTS} malformed requests`, () => {
  it('get a fault each, never a 5xx, and change nothing', async () => {
    const before = await contents();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
        anyPath,
        anyQuery,
        fc.option(anyBody, { nil: undefined }),
        fc.constantFrom('3.0', '3.27', '3.44', '3.53', NEWEST),
        async (method, path, query, body, version) => {
          const search = query.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&');
          // A type with a valid name is a valid request: exclude it from a test of invalid ones.
          const isType = path === '/v3/types' && method === 'POST';
          const text = body === undefined || isType ? undefined : JSON.stringify(body);
          const answer = await api
            .at(version)
            .send(
              method,
              search === '' ? path : `${path}?${search}`,
              method === 'GET' && text !== undefined ? undefined : text,
            );
          expectFault(answer);
        },
      ),
      { numRuns: REQUESTS },
    );
    expect(await contents()).toBe(before);
  }, 120_000);
});

describe('bodies', () => {
  const post = { method: 'POST', path: '/v3/attachments' };
  const headers = { 'X-Auth-Token': 'admin:p', 'OpenStack-API-Version': `volume ${NEWEST}` };
  const json = { ...headers, 'Content-Type': 'application/json' };

  it.each([
    ['no JSON', '{', 400],
    ['a trailing comma', '{"attachment": {},}', 400],
    ['a byte order mark', '\ufeff{}', 400],
    ['white space', '   ', 400],
    ['a lone word', 'attachment', 400],
    ['an array', '[]', 400],
    ['a text', '"x"', 400],
    ['null', 'null', 400],
    ['10 000 levels', `{"attachment":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400],
    [
      'a deep connector',
      `{"attachment":{"volume_uuid":"${randomUUID()}","connector":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}}`,
      400,
    ],
    [
      'a repeated key, of which the last counts',
      `{"attachment": 1, "attachment": {"volume_uuid": "${randomUUID()}"}}`,
      404,
    ],
    ['a prototype', '{"__proto__": {"attachment": {}}, "attachment": {"__proto__": 1}}', 400],
  ])('of %s are refused', async (_what, body, status) => {
    const answer = await raw({ ...post, headers: json }, body);
    expectFault(answer);
    expect(answer.status).toBe(status);
  });

  it('that are not JSON are refused with the place', async () => {
    const { body } = await raw({ ...post, headers: json }, '{\n  "attachment": {},\n}');
    expect(body).toEqual({
      badRequest: { code: 400, message: 'Malformed request body: unexpected "}" at line 3, column 1' },
    });
  });

  it('that are not UTF-8 are refused', async () => {
    const answer = await raw({ ...post, headers: json }, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    expect(answer).toEqual({
      status: 400,
      body: { badRequest: { code: 400, message: 'Malformed request body: it is not UTF-8' } },
    });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', ''])(
    'of the type %j are refused',
    async (type) => {
      const answer = await raw({ ...post, headers: { ...headers, 'Content-Type': type } }, '{}');
      expectFault(answer);
      expect(answer.status).toBe(415);
    },
  );

  it('of no type are no bodies', async () => {
    expect((await raw({ ...post, headers }, '{}')).status).toBe(400);
    expect(
      (await raw({ ...post, method: 'GET', headers: { ...headers, 'Content-Length': 1 } }, 'x')).status,
    ).toBe(200);
  });

  it('where none belongs are refused', async () => {
    for (const method of ['GET', 'DELETE']) {
      const path = `/v3/attachments/${attachment}`;
      expect((await raw({ method, path, headers: json }, '{}')).status).toBe(400);
    }
    expect((await api.show(attachment)).status).toBe(200);
  });

  it.each([114_688, 114_689])('of %i bytes: the limit is 114 688', async (length) => {
    const frame = JSON.stringify({ attachment: { volume_uuid: randomUUID(), connector: { pad: '' } } });
    const body = frame.replace('"pad":""', `"pad":"${'x'.repeat(length - frame.length)}"`);
    const status = length <= 114_688 ? 404 : 413;
    const whole = await raw({ ...post, headers: { ...json, 'Content-Length': body.length } }, body);
    const chunked = await raw({ ...post, headers: { ...json, 'Transfer-Encoding': 'chunked' } }, body);
    expectFault(whole);
    expect([whole.status, chunked.status]).toEqual([status, status]);
  });

  it('of a megabyte are refused also where there is no route', async () => {
    const answer = await raw({ method: 'POST', path: '/v3/nothing', headers: json }, 'x'.repeat(1_000_000));
    expect([answer.status, Object.keys(answer.body)]).toEqual([413, ['overLimit']]);
  });
});

describe('headers', () => {
  it('that a client makes up come back nowhere', async () => {
    const { headers } = await api.send('GET', '/v3/attachments', undefined, {
      'X-OpenStack-Request-ID': 'req-forged',
      'X-Forwarded-Host': 'evil.example.org/path?',
    });
    expect([...headers.values()].join('\n')).not.toMatch(/forged|evil/);
  });
});

describe('routes that are not there', () => {
  it.each([
    ['GET', '/v3/nothing'],
    ['GET', '/nothing'],
    ['GET', '/v2/'],
    ['GET', '/V3/attachments'],
    ['GET', '/v3/Attachments'],
    ['GET', '/v3/attachments/'],
    ['GET', '/v3/attachments/a/b'],
    ['GET', '/v3/attachments/a/action'],
    ['PUT', '/v3/attachments'],
    ['DELETE', '/v3/attachments'],
    ['PATCH', `/v3/attachments`],
    ['POST', '/v3/attachments/detail'],
  ])('%s %s is 404 in the envelope', async (method, path) => {
    const answer = await api.send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
    expect([answer.status, answer.body]).toEqual([
      404,
      { itemNotFound: { code: 404, message: 'The resource could not be found.' } },
    ]);
  });

  it('HEAD is 404 and OPTIONS empty, as in Cinder', async () => {
    expect((await api.send('HEAD', '/v3/attachments')).status).toBe(404);
    const { status, body } = await api.send('OPTIONS', '/v3/attachments');
    expect([status, body]).toEqual([200, '']);
  });

  it('a path that cannot be decoded is 400', async () => {
    const answer = await raw({
      path: '/v3/attachments/%',
      headers: { 'X-Auth-Token': 'admin:p', 'OpenStack-API-Version': `volume ${NEWEST}` },
    });
    expectFault(answer);
    expect(answer.status).toBe(400);
  });
});

describe('noauth', () => {
  it('offers a token to a request without one, whatever its path', async () => {
    for (const path of ['/v3/attachments', '/v3/nothing']) {
      const response = await fetch(server.url + path);
      expect([
        response.status,
        response.headers.get('X-Auth-Token'),
        response.headers.get('X-Server-Management-Url'),
      ]).toEqual([204, 'admin:admin', server.url + path]);
    }
  });

  it('takes a name without a colon for the user and the project', async () => {
    const { status } = await raw({
      path: '/v3/solo/attachments',
      headers: { 'X-Auth-Token': 'solo', 'OpenStack-API-Version': `volume ${NEWEST}` },
    }).then((answer) => answer);
    expect(status).toBe(200);
  });
});
