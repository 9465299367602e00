import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const TIMEOUT_MS = 400;
const PAUSE_MS = 1_000;
const FAILURES = 3;

let server: TestApp;
let api: Api;

/** The first calls with this host's connector hang; later ones succeed. */
const dead = aConnector('dead', { hang: true });
const rude = aConnector('rude', { rude: true });

beforeAll(async () => {
  const faults = [
    { call: 'initializeConnection', hang: true, connector: { hang: true }, times: FAILURES },
    { call: 'initializeConnection', error: 'INVALID_CONNECTOR', connector: { rude: true } },
  ];
  server = await createTestApp({
    settings: {
      CLINKER_BACKENDS: JSON.stringify([
        { name: 'sick', driver: 'fake', options: { faults } },
        { name: 'well', driver: 'fake' },
      ]),
      CLINKER_DEFAULT_BACKEND: 'sick',
      CLINKER_DRIVER_TIMEOUT_MS: String(TIMEOUT_MS),
      CLINKER_DRIVER_ABORT_GRACE_MS: '50',
      CLINKER_BACKEND_BREAKER_FAILURES: String(FAILURES),
      CLINKER_BACKEND_BREAKER_PAUSE_MS: String(PAUSE_MS),
    },
  });
  api = server.api;
  const type = { name: 'well', extra_specs: { volume_backend_name: 'well' } };
  expect((await api.send('POST', '/v3/types', { volume_type: type })).status).toBe(200);
});
afterAll(() => server.close());

async function stateOf(backend: string): Promise<string[]> {
  const { body } = await api.get(`/v3/os-services?host=clinker@${backend}`);
  return body.services.map((service: any) => `${service.state} ${service.backend_state}`);
}

async function openOperations(): Promise<number> {
  const rows = await server.app
    .get(Reader, { strict: false })
    .rows<{ open: number | string }>('SELECT COUNT(*) AS open FROM operations', []);
  return Number(rows[0]?.open);
}

describe('a backend that hangs', () => {
  it('is no reason to distrust it when it refuses what it was asked', async () => {
    for (let tries = 0; tries <= FAILURES; tries += 1) {
      const { status } = await api.create(await api.volume(), { connector: rude });
      expect(status).toBe(400);
    }
    expect(await stateOf('sick')).toEqual(['up up']);
  });

  it('fails some requests, refuses the next at once, leaves others alone, and recovers by itself', async () => {
    const ids: string[] = [];
    for (let count = 0; count < FAILURES + 1; count += 1) ids.push(await api.volume());
    const [spare = '', ...victims] = ids;
    const elsewhere = await api.volume({ volume_type: 'well' });

    let isHanging = true;
    const hanging = Promise.all(victims.map((id) => api.create(id, { connector: dead }))).finally(() => {
      isHanging = false;
    });
    const meanwhile: Answer[] = [
      await api.create(elsewhere, { connector: aConnector() }),
      await api.get('/v3/attachments/detail'),
      await api.get('/v3/volumes/detail'),
    ];
    expect([...meanwhile.map(({ status }) => status), isHanging]).toEqual([200, 200, 200, true]);
    for (const { status } of await hanging) expect(status).toBe(500);
    expect([await stateOf('sick'), await stateOf('well')]).toEqual([['down down'], ['up up']]);

    const refused = await api.create(spare, { connector: aConnector() });
    expect(refused.status).toBe(503);
    expect(refused.message).toBe('Backend sick does not answer. Try again later.');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await api.get(`/v3/attachments?volume_id=${spare}`)).body.attachments).toEqual([]);
    expect(await api.volumeStatus(spare)).toBe('available');
    expect((await api.send('POST', '/v3/volumes', { volume: { size: 1 } })).status).toBe(503);
    expect((await api.send('DELETE', `/v3/volumes/${spare}`)).status).toBe(503);
    expect(await api.volumeStatus(spare)).toBe('available');
    expect((await api.create(await api.volume({ volume_type: 'well' }))).status).toBe(200);
    // Abandoned work was undone, although the backend accepted no other calls.
    for (const id of victims) expect(await api.volumeStatus(id)).toBe('available');
    expect(await openOperations()).toBe(0);

    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    expect((await api.create(spare, { connector: dead })).status).toBe(200);
    expect(await stateOf('sick')).toEqual(['up up']);
    expect(server.log.join('')).toContain('the backend answers again');
  });
});

describe('a volume that hangs', () => {
  it('does not take its backend from the others, however often it is tried', async () => {
    const lame = await createTestApp({
      fake: { faults: [{ call: 'initializeConnection', hang: true, connector: { hang: true } }] },
      settings: {
        CLINKER_DRIVER_TIMEOUT_MS: '150',
        CLINKER_DRIVER_ABORT_GRACE_MS: '50',
        CLINKER_BACKEND_BREAKER_FAILURES: String(FAILURES),
      },
    });
    try {
      const id = await lame.api.attachment(await lame.api.volume());
      for (let tries = 0; tries < 2 * FAILURES; tries += 1)
        expect((await lame.api.update(id, dead)).status).toBe(500);
      const other = await lame.api.create(await lame.api.volume(), { connector: aConnector() });
      expect(other.status).toBe(200);
      expect(lame.log.join('')).toContain('calls for a volume get no answer, although its backend answers');
    } finally {
      await lame.close();
    }
  });
});

describe('a client that goes away', () => {
  it('leaves no work half done', async () => {
    const slow = await createTestApp({ fake: { latency_ms: { initializeConnection: 300 } } });
    try {
      const volume = await slow.api.volume();
      const gone = fetch(`${slow.url}/v3/attachments`, {
        method: 'POST',
        signal: AbortSignal.timeout(100),
        headers: {
          'X-Auth-Token': `admin:${slow.api.project}`,
          'OpenStack-API-Version': `volume ${NEWEST}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ attachment: { volume_uuid: volume, connector: aConnector() } }),
      });
      await expect(gone).rejects.toThrow();
      const done = await slow.api.untilVolume(volume, ({ status }) => status === 'attaching');
      expect(done.attachments).toEqual([]);
      const { body } = await slow.api.get(`/v3/attachments/detail?volume_id=${volume}`);
      expect(body.attachments).toMatchObject([{ status: 'attaching' }]);
      expect(body.attachments[0].connection_info).not.toEqual({});
    } finally {
      await slow.close();
    }
  });
});
