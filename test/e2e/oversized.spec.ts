import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const REQUESTS = 400;
/** Milliseconds for one request before the server counts as hanging. */
const PATIENCE_MS = 10_000;
const SECRET = 'hunter2-hunter2-hunter2';

let server: TestApp;
let api: Api;
let volume: string;
let attachment: string;

beforeAll(async () => {
  server = await createTestApp({ settings: { LOG_LEVEL: 'debug' } });
  api = server.api;
  volume = await api.volume();
  attachment = await api.attachment(volume, { connector: aConnector() });
});
afterAll(() => server.close());

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Sends a request byte for byte on its own connection; returns status and body. */
function send({ method, path, headers, body }: Exchange): Promise<{ status: number; body: string }> {
  const length = Buffer.byteLength(body);
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    `X-Auth-Token: admin:${api.project}`,
    `X-Service-Token: ${SECRET}`,
    `OpenStack-API-Version: volume ${NEWEST}`,
    ...(length === 0 ? [] : ['Content-Type: application/json', `Content-Length: ${length}`]),
    ...headers,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let received = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${method} ${path.slice(0, 80)} hangs`));
    }, PATIENCE_MS);
    socket.on('data', (chunk) => (received += chunk.toString()));
    // After responding, the server may close before it has read the rest.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(received) ?? [];
      resolve({ status: Number(status), body: received.slice(received.indexOf('\r\n\r\n') + 4) });
    });
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

async function expectRefusedOrServed(exchange: Exchange): Promise<number> {
  const { status, body } = await send(exchange);
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  if (status >= 400 && exchange.method !== 'HEAD') {
    const [fault] = Object.values<any>(JSON.parse(body));
    expect(fault).toEqual({ code: status, message: expect.any(String) });
    // A fault that echoed the input would be as large.
    expect(body.length).toBeLessThan(20_000);
  }
  return status;
}

const nested = (depth: number, open: string, core: string, close: string): string =>
  open.repeat(depth) + core + close.repeat(depth);

const size = fc.constantFrom(1, 255, 256, 1000, 5000, 12_000, 20_000, 60_000, 110_000, 150_000);
/** For URLs and headers: some exceed what the server reads of them, most reach a handler. */
const short = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 255, 256, 1000, 3000, 6000) },
  { weight: 1, arbitrary: fc.constantFrom(12_000, 20_000, 60_000) },
);
const letters = fc
  .tuple(size, fc.constantFrom('x', '😀', '%', '"', '\\u0000', 'é'))
  .map(([length, letter]) => letter.repeat(Math.ceil(length / letter.length)));
const depth = fc.constantFrom(10, 99, 100, 101, 1000, 5000, 20_000, 50_000);

/** JSON that is large in some way. */
const value: fc.Arbitrary<string> = fc.oneof(
  letters.map((text) => JSON.stringify(text)),
  depth.map((levels) => nested(levels, '[', '', ']')),
  depth.map((levels) => nested(levels, '{"a":', 'null', '}')),
  size.map((length) => `[${Array<string>(length).fill('1').join(',')}]`),
  size.map((length) => `{${Array.from({ length }, (_, index) => `"k${index}":1`).join(',')}}`),
  size.map((length) => '9'.repeat(length)),
  size.map((length) => `-1e${'9'.repeat(length)}`),
  size.map((length) => `{${Array<string>(length).fill('"same":1').join(',')}}`),
);

const body: fc.Arbitrary<string> = fc.oneof(
  value,
  value.map((text) => `{"attachment":{"volume_uuid":"${volume}","connector":${text}}}`),
  value.map((text) => `{"attachment":{"connector":{"initiator":${text},"auth_password":"${SECRET}"}}}`),
  value.map((text) => `{"attachment":{"volume_uuid":${text}}}`),
  value.map((text) => `{"volume":{"size":1,"name":${text}}}`),
  value.map((text) => `{"volume":{"size":${text}}}`),
  value.map((text) => `{"volume":{"size":1,"metadata":${text}}}`),
  value.map((text) => `{"metadata":${text}}`),
  value.map((text) => `{"volume_type":{"name":"t","extra_specs":${text}}}`),
  value.map((text) => `{"os-complete":${text}}`),
  // Unterminated JSON.
  depth.map((levels) => '['.repeat(levels)),
);

const query: fc.Arbitrary<string> = fc.oneof(
  ...Array<fc.Arbitrary<string>>(9).fill(fc.constant('')),
  short.map((length) => `?name=${'x'.repeat(length)}`),
  short.map(
    (length) =>
      `?${Array<string>(Math.ceil(length / 4))
        .fill('a=1')
        .join('&')}`,
  ),
  short.map(
    (length) => `?${Array.from({ length: Math.ceil(length / 8) }, (_, index) => `k${index}=1`).join('&')}`,
  ),
  short.map(
    (length) =>
      `?sort=${Array<string>(Math.ceil(length / 11))
        .fill('created_at')
        .join(',')}`,
  ),
  short.map((length) => `?metadata=%7B${'%22k%22%3A'.repeat(Math.ceil(length / 10))}`),
  short.map((length) => `?limit=${'9'.repeat(length)}`),
  short.map((length) => `?marker=${'x'.repeat(length)}`),
  short.map((length) => `?a${'[a]'.repeat(Math.ceil(length / 3))}=1`),
  short.map((length) => `?name~=${'%25'.repeat(Math.ceil(length / 3))}`),
);

const path: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '/v3/attachments',
    '/v3/attachments/detail',
    '/v3/volumes',
    '/v3/volumes/detail',
    '/v3/types',
    '/v3/messages',
    '/v3/limits',
    '/v3/os-services',
    '/v3/nowhere',
  ),
  short.map((length) => `/v3/attachments/${'x'.repeat(length)}`),
  short.map((length) => `/v3/${'p'.repeat(length)}/volumes`),
  short.map((length) => `/v3/os-quota-sets/${'%20'.repeat(Math.ceil(length / 3))}`),
  short.map((length) => `/v3${'/a'.repeat(Math.ceil(length / 2))}`),
  short.map((length) => '/'.repeat(length)),
  fc.constant(null).map(() => `/v3/attachments/${attachment}`),
  fc.constant(null).map(() => `/v3/attachments/${attachment}/action`),
  fc.constant(null).map(() => `/v3/volumes/${volume}/metadata`),
);

const headers: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 18, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: short.map((length) => [`X-Long: ${'x'.repeat(length)}`]) },
  { weight: 1, arbitrary: short.map((length) => Array<string>(Math.ceil(length / 10)).fill('X-Many: 1')) },
  {
    weight: 1,
    arbitrary: short.map((length) => [
      `OpenStack-API-Version: ${'volume 3.1, '.repeat(Math.ceil(length / 12))}`,
    ]),
  },
  { weight: 1, arbitrary: short.map((length) => [`X-OpenStack-Request-ID: req-${'a'.repeat(length)}`]) },
  {
    weight: 1,
    arbitrary: short.map((length) => [`Accept: ${'application/json,'.repeat(Math.ceil(length / 17))}`]),
  },
  { weight: 1, arbitrary: short.map((length) => [`X-Forwarded-Host: ${'h'.repeat(length)}`]) },
);

describe('requests that are too large in any way', () => {
  it('get a fault each, never a 5xx, and none hangs', async () => {
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
        fc.tuple(path, query),
        headers,
        fc.oneof(fc.constant(''), body),
        async (method, [where, asked], more, sent) => {
          const status = await expectRefusedOrServed({
            method,
            path: where + asked,
            headers: more,
            body: sent,
          });
          seen.set(status, (seen.get(status) ?? 0) + 1);
        },
      ),
      { numRuns: REQUESTS },
    );
    for (const status of [400, 404, 413, 431]) expect([...seen.keys()]).toContain(status);
    // Most requests must pass the header limit to test anything behind it.
    expect(seen.get(431)).toBeLessThan(REQUESTS / 2);
    expect((await api.get('/v3/volumes')).status).toBe(200);
  }, 120_000);

  it.each([
    ['a connector nested without end', '{"attachment":{"connector":', '{"a":', '}', '}}'],
    ['arrays nested without end', '{"attachment":{"connector":{"a":', '[', ']', '}}}'],
  ])('%s is 400', async (_what, before, open, close, after) => {
    for (const levels of [101, 5000, 15_000]) {
      const sent = before + nested(levels, open, open === '[' ? '' : '1', close) + after;
      const status = await expectRefusedOrServed({
        method: 'PUT',
        path: `/v3/attachments/${attachment}`,
        headers: [],
        body: sent,
      });
      expect(status).toBe(400);
    }
  });
});

describe('the log', () => {
  it('holds no token and no password of any of them', () => {
    const log = server.log.join('');
    expect(log).toContain('not a request');
    expect(log).not.toContain(SECRET);
  });

  it('has no line as large as what was sent', () => {
    const longest = Math.max(...server.log.map((line) => line.length));
    expect(longest).toBeLessThan(20_000);
  });
});
