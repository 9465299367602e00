import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aConnector } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('the health check', () => {
  it('answers without an identity', async () => {
    server = await createTestApp();
    const json = await fetch(`${server.url}/healthcheck`);
    expect([json.status, await json.json()]).toEqual([200, { detailed: false, reasons: ['OK'] }]);
    const text = await fetch(`${server.url}/healthcheck`, { headers: { Accept: 'text/plain' } });
    expect([text.status, await text.text()]).toEqual([200, 'OK']);
  });
});

describe('a shutdown', () => {
  it('lets a running request end, and its work with it', async () => {
    server = await createTestApp({ fake: { latency_ms: { initializeConnection: 300 } } });
    const { api } = server;
    const volume = await api.volume();
    const running = api.create(volume, { connector: aConnector() });
    // Once the volume is reserved, the request is in the driver.
    await api.untilVolume(volume, ({ status }) => status === 'reserved');
    await server.stop();
    const { status, body } = await running;
    expect([status, body.attachment.status]).toEqual([200, 'attaching']);
    const again = await createTestApp({ continueFrom: server });
    server = again;
    const shown = await fetch(`${again.url}/v3/attachments/${body.attachment.id}`, {
      headers: { 'X-Auth-Token': `admin:${api.project}`, 'OpenStack-API-Version': `volume ${NEWEST}` },
    });
    expect(((await shown.json()) as any).attachment).toEqual(body.attachment);
  });
});

/** Connects and sends an incomplete request; returns a test for whether the server has closed the connection. */
async function halfRequest(url: string): Promise<() => boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.write('POST /v3/volumes HTTP/1.1\r\nHost: localhost\r\n', resolve));
  return () => socket.closed || socket.readableEnded;
}

describe('a shutdown', () => {
  it('waits for clients that do not finish their requests as long as its grace, no longer', async () => {
    server = await createTestApp({ settings: { CLINKER_SHUTDOWN_GRACE_MS: '300' } });
    const isClosed = await halfRequest(server.url);
    expect((await server.api.get('/v3/volumes')).status).toBe(200);
    await server.stop();
    expect(isClosed()).toBe(true);
    server = undefined;
  });

  it('takes no new requests while it waits for work', async () => {
    server = await createTestApp({ fake: { latency_ms: { createVolume: 500 } } });
    const { api } = server;
    const { body } = await api.send('POST', '/v3/volumes', { volume: { size: 1 } });
    const stopping = server.stop();
    await expect(api.get('/v3/volumes')).rejects.toThrow(/socket hang up|ECONNRESET|ECONNREFUSED/);
    await stopping;
    server = await createTestApp({ continueFrom: server });
    const { id } = body.volume;
    expect(await server.api.of(api.project).volumeStatus(id)).toBe('available');
  });
});

describe('the log', () => {
  it('has a line for each request, with the id that the client was told', async () => {
    server = await createTestApp();
    const { headers } = await server.api.get('/v3/attachments?volume_id=private');
    const id = headers.get('x-compute-request-id') ?? '';
    const lines = server.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ requestId }) => requestId === id)).toMatchObject({
      method: 'GET',
      path: '/v3/attachments',
      status: 200,
      ms: expect.any(Number),
    });
    expect(server.log.join('')).not.toContain('private');
  });

  it("keeps the caller's id of the same work", async () => {
    server = await createTestApp();
    const global = 'req-11111111-2222-4333-8444-555555555555';
    await server.api.send('GET', '/v3/attachments', undefined, { 'X-OpenStack-Request-ID': global });
    expect(server.log.join('')).toContain(`"globalRequestId":"${global}"`);
  });
});
