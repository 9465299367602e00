import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Api } from '../support/api.js';
import { setClockBy } from '../support/host-clock.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const HEADER_BYTES = 8192;
const CONNECTIONS = 4;
const TOKEN = 'kim:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp({
    settings: {
      CLINKER_MAX_HEADER_BYTES: String(HEADER_BYTES),
      CLINKER_MAX_CONNECTIONS: String(CONNECTIONS),
      CLINKER_HEADERS_TIMEOUT_MS: '300',
      CLINKER_REQUEST_TIMEOUT_MS: '600',
      CLINKER_KEEP_ALIVE_TIMEOUT_MS: '200',
    },
  });
});
afterAll(() => server.close());

/** Sends raw bytes; returns all that the server sends until it closes the connection. */
function exchange(...parts: string[]): { socket: Socket; answer: Promise<string> } {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  // A reset after the response counts as closed.
  socket.on('error', () => undefined);
  for (const part of parts) socket.write(part);
  return { socket, answer: new Promise((resolve) => socket.once('close', () => resolve(received))) };
}

function faultOf(answer: string): unknown {
  expect(answer).toMatch(/\r\nx-openstack-request-id: req-[0-9a-f-]{36}\r\n/);
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}

const head = (method: string, path: string, ...more: string[]) =>
  [`${method} ${path} HTTP/1.1`, 'Host: localhost', `X-Auth-Token: ${TOKEN}`, ...more, ''].join('\r\n');

describe('a request that is too large', () => {
  it.each([
    ['in its headers', head('GET', '/v3/volumes', `X-Long: ${'x'.repeat(HEADER_BYTES)}`)],
    ['in its URL', head('GET', `/v3/volumes?name=${'x'.repeat(HEADER_BYTES)}`)],
    ['in the number of its headers', head('GET', '/v3/volumes', ...Array<string>(2000).fill('X-Many: 1'))],
  ])('%s is 431', async (_where, request) => {
    const answer = await exchange(`${request}\r\n`).answer;
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(faultOf(answer)).toEqual({ computeFault: { code: 431, message: expect.any(String) } });
  });

  it('fits up to the limit', async () => {
    const request = head('GET', '/v3/volumes', 'Connection: close', `X-Long: ${'x'.repeat(7000)}`);
    expect(await exchange(`${request}\r\n`).answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a slow request', () => {
  it.each([
    ['that never ends its headers', [head('GET', '/v3/volumes')]],
    ['that never begins', ['G']],
    ['that never ends its body', [head('POST', '/v3/volumes', 'Content-Length: 100'), '\r\n{"volume"']],
  ])('%s is 408 and closed', async (_what, parts) => {
    const answer = await exchange(...parts).answer;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(faultOf(answer)).toEqual({ computeFault: { code: 408, message: expect.any(String) } });
  });

  it('that drips does not get more time', async () => {
    const { socket, answer } = exchange(head('GET', '/v3/volumes'));
    const dripping = setInterval(() => socket.writable && socket.write('X-Drip: 1\r\n'), 50);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(dripping);
  });

  it('leaves an idle connection closed after a while', async () => {
    expect(await exchange(`${head('GET', '/v3/volumes')}\r\n`).answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('what is no HTTP', () => {
  it('is 400', async () => {
    const answer = await exchange('\u0016\u0003\u0001 hello\r\n\r\n').answer;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(faultOf(answer)).toEqual({ badRequest: { code: 400, message: expect.any(String) } });
  });
});

describe('connections', () => {
  it('beyond the limit are closed, and welcome again when others have gone', async () => {
    const request = `${head('GET', '/v3/volumes', 'Connection: close')}\r\n`;
    const held = Array.from({ length: CONNECTIONS }, () => exchange('G'));
    await Promise.all(held.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await exchange(request).answer).toBe('');
    for (const { socket } of held) socket.destroy();
    await Promise.all(held.map(({ answer }) => answer));
    let answer = '';
    for (const deadline = Date.now() + 5_000; answer === '' && Date.now() < deadline;) {
      answer = await exchange(request).answer;
    }
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('the log', () => {
  it('holds nothing of what was refused', () => {
    const log = server.log.join('');
    expect(log).toContain('not a request');
    expect(log).not.toContain(TOKEN);
    expect(log).not.toContain('xxxxxxxx');
  });
});

describe('the rate of a project', () => {
  it('is limited, with the time to come back, and no other project with it', async () => {
    const limited = await createTestApp({ settings: { CLINKER_RATE_LIMIT_REQUESTS: '3' } });
    try {
      const { api, url } = limited;
      for (let count = 0; count < 3; count += 1) expect((await api.get('/v3/volumes')).status).toBe(200);
      const { status, body, headers } = await api.get('/v3/nowhere');
      expect(status).toBe(413);
      const retryAfter = headers.get('retry-after');
      const message = 'This request was rate-limited.';
      expect(body).toEqual({ overLimit: { code: 413, message, retryAfter } });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect((await api.of('b'.repeat(32)).get('/v3/volumes')).status).toBe(200);
      const nobody = new Api(url, { token: null, version: null, project: '' });
      expect((await nobody.get('/v3/')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it("names no later time to come back when the host's clock is set back", async () => {
    const limited = await createTestApp({ settings: { CLINKER_RATE_LIMIT_REQUESTS: '1' } });
    try {
      await limited.api.get('/v3/volumes');
      setClockBy(-3_600_000);
      const { status, headers } = await limited.api.get('/v3/volumes');
      expect([status, Number(headers.get('retry-after')) <= 60]).toEqual([413, true]);
    } finally {
      jest.restoreAllMocks();
      await limited.close();
    }
  });

  it('is unlimited by default', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect((await server.api.get('/v3/volumes')).status).toBe(200);
    }
  });
});
