import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import fake from '../../src/drivers/fake/fake.driver.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const CALLS = ['createExport', 'initializeConnection', 'terminateConnection', 'removeExport'] as const;

const createFake = fake.create.bind(fake);
const inFlight = new Map<string, number>();
let calls: string[] = [];
let most = 0;

/** The fake driver, counting its calls and how many run at once for one volume. */
function createWatched(...args: Parameters<typeof fake.create>): ReturnType<typeof fake.create> {
  const driver: any = createFake(...args);
  for (const call of CALLS) {
    const original = driver[call].bind(driver);
    driver[call] = async (volume: { id: string }, ...rest: unknown[]) => {
      const running = (inFlight.get(volume.id) ?? 0) + 1;
      inFlight.set(volume.id, running);
      most = Math.max(most, running);
      calls.push(call);
      try {
        return await original(volume, ...rest);
      } finally {
        inFlight.set(volume.id, (inFlight.get(volume.id) ?? 0) - 1);
      }
    };
  }
  return driver;
}

let server: TestApp;
let api: Api;

beforeAll(async () => {
  Object.assign(fake, { create: createWatched });
  server = await createTestApp({
    fake: { latency_ms: { createExport: 10, initializeConnection: 30, terminateConnection: 30 } },
  });
  api = server.api;
});
afterAll(async () => {
  await server.close();
  Object.assign(fake, { create: createFake });
});
afterEach(() => {
  calls = [];
  most = 0;
});

const count = (call: string): number => calls.filter((made) => made === call).length;
const openOperations = (): Promise<number> =>
  server.app.get(UnitOfWork).run(({ manager }) => manager.count(OperationEntity));

// Nova repeats update and delete up to 5 times if it gets no response, even while the first is still running.
describe('a request that is sent five times at once', () => {
  it('connects as if it were sent once', async () => {
    const id = await api.attachment(await api.volume());
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.update(id)));
    const [first] = answers;
    for (const { status, body } of answers) {
      expect([status, body.attachment.status]).toEqual([200, 'attaching']);
      expect(body.attachment.connection_info).toEqual(first?.body.attachment.connection_info);
    }
    expect([count('initializeConnection'), most]).toEqual([5, 1]);
    expect((await api.show(id)).body.attachment.connection_info).toEqual(
      first?.body.attachment.connection_info,
    );
    expect(await openOperations()).toBe(0);
  });

  it('disconnects once', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    await api.complete(id);
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.delete(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect([count('terminateConnection'), count('removeExport'), most]).toEqual([1, 1, 1]);
    expect(await api.volumeStatus(volume)).toBe('available');
    expect(await openOperations()).toBe(0);
  });
});

describe('a client that goes away in the middle', () => {
  /** Sends a request, and closes the connection once it has reached the driver. */
  const abandon = async (method: string, path: string, body: object | null, call: string): Promise<void> => {
    const leaving = new AbortController();
    const request = fetch(api.url + path, {
      method,
      signal: leaving.signal,
      headers: {
        'X-Auth-Token': `admin:${api.project}`,
        'OpenStack-API-Version': `volume ${NEWEST}`,
        ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === null ? null : JSON.stringify(body),
    });
    const outcome = request.catch((error: unknown) => (error as Error).name);
    while (!calls.includes(call)) await new Promise((resolve) => setTimeout(resolve, 2));
    leaving.abort();
    expect(await outcome).toBe('AbortError');
  };

  it('has its create carried out whole', async () => {
    const volume = await api.volume();
    const body = { attachment: { volume_uuid: volume, connector: aConnector() } };
    await abandon('POST', '/v3/attachments', body, 'initializeConnection');
    await api.untilVolume(volume, ({ status }) => status === 'attaching');
    const [attachment] = (await api.get(`/v3/attachments/detail?volume_id=${volume}`)).body.attachments;
    expect(attachment.status).toBe('attaching');
    expect(attachment.connection_info).toMatchObject({ attachment_id: attachment.id });
    expect(await openOperations()).toBe(0);
  });

  it('has its delete carried out whole', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    await abandon('DELETE', `/v3/attachments/${id}`, null, 'terminateConnection');
    await api.untilVolume(volume, ({ status }) => status === 'available');
    expect((await api.show(id)).status).toBe(404);
    expect(await openOperations()).toBe(0);
  });
});
