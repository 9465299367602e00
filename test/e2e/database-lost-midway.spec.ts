import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { type Tx, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** Long enough to make the database fail while the driver works. */
const LATENCY_MS = 300;

let server: TestApp;
let api: Api;
let writer: Tx['manager'];

beforeEach(async () => {
  const calls = [
    'createVolume',
    'deleteVolume',
    'extendVolume',
    'initializeConnection',
    'terminateConnection',
  ];
  server = await createTestApp({
    fake: { latency_ms: Object.fromEntries(calls.map((call) => [call, LATENCY_MS])) },
  });
  ({ api } = server);
  writer = await server.app.get(UnitOfWork).run(({ manager }) => Promise.resolve(manager));
});
afterEach(() => server.close());

async function openOperations(): Promise<number> {
  const rows = await server.app
    .get(Reader)
    .rows<{ open: number }>('SELECT COUNT(*) AS open FROM operations', []);
  return Number(rows[0]?.open);
}

/** Sends a request; the database is read-only during its driver call and becomes writable again afterwards. */
async function losingTheDatabase(send: () => Promise<Answer>): Promise<Answer> {
  const answer = send();
  while ((await openOperations()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await writer.query('PRAGMA query_only = 1');
  const answered = await answer;
  // Also waits for work that continues after the response.
  await new Promise((resolve) => setTimeout(resolve, 2 * LATENCY_MS));
  expect(await openOperations()).toBe(1);
  await writer.query('PRAGMA query_only = 0');
  return answered;
}

async function expectAllWell(): Promise<void> {
  await server.app.get(Reconciler).run(true);
  expect(await openOperations()).toBe(0);
  const { body } = await api.get('/v3/clinker-consistency');
  expect(body.consistency).toEqual({ findings: [], unchecked: [], elsewhere: [], next_marker: null });
}

const action = (volume: string, body: object) => api.send('POST', `/v3/volumes/${volume}/action`, body);

onSqlite(describe)('a database that fails between the success of the driver and its record', () => {
  it('an update says so, is undone with a reason, and works when it is repeated', async () => {
    const id = await api.attachment(await api.volume());
    const { status, message } = await losingTheDatabase(() => api.update(id));
    expect([status, message]).toEqual([503, expect.stringContaining('The database is read-only')]);
    await expectAllWell();
    expect((await api.show(id)).body.attachment.status).toBe('error_attaching');
    expect((await api.update(id)).status).toBe(200);
    await expectAllWell();
  });

  it('an update can be repeated before it was undone', async () => {
    const id = await api.attachment(await api.volume());
    expect((await losingTheDatabase(() => api.update(id))).status).toBe(503);
    expect((await api.update(id)).body.attachment.status).toBe('attaching');
    await expectAllWell();
    expect((await api.show(id)).body.attachment.status).toBe('attaching');
  });

  it('a create leaves nothing, and the volume free', async () => {
    const volume = await api.volume();
    expect((await losingTheDatabase(() => api.create(volume, { connector: aConnector() }))).status).toBe(503);
    await expectAllWell();
    expect(await api.volumeStatus(volume)).toBe('available');
    expect((await api.get('/v3/attachments')).body.attachments).toEqual([]);
  });

  it('a delete is done by the reconciler, or when it is repeated', async () => {
    for (const isRepeated of [false, true]) {
      const volume = await api.volume();
      const id = await api.attachment(volume, { connector: aConnector() });
      expect((await losingTheDatabase(() => api.delete(id))).status).toBe(503);
      if (isRepeated) expect((await api.delete(id)).status).toBe(200);
      await expectAllWell();
      expect([await api.volumeStatus(volume), (await api.show(id)).status]).toEqual(['available', 404]);
    }
  });

  it('volume actions that connect and disconnect are ended either way', async () => {
    const volume = await api.volume();
    const connector = aConnector();
    const initialize = () => action(volume, { 'os-initialize_connection': { connector } });
    const terminate = () => action(volume, { 'os-terminate_connection': { connector } });
    expect((await losingTheDatabase(initialize)).status).toBe(503);
    await expectAllWell();
    expect((await initialize()).status).toBe(200);
    expect((await losingTheDatabase(terminate)).status).toBe(503);
    await expectAllWell();
    expect((await terminate()).status).toBe(202);
  });

  it('volumes are created, grown and deleted all the same', async () => {
    const created = await losingTheDatabase(() => api.send('POST', '/v3/volumes', { volume: { size: 1 } }));
    const { id } = created.body.volume;
    await expectAllWell();
    expect(await api.volumeStatus(id)).toBe('available');
    await losingTheDatabase(() => action(id, { 'os-extend': { new_size: 2 } }));
    await expectAllWell();
    expect((await api.get(`/v3/volumes/${id}`)).body.volume).toMatchObject({ status: 'available', size: 2 });
    await losingTheDatabase(() => api.send('DELETE', `/v3/volumes/${id}`));
    await expectAllWell();
    expect((await api.get(`/v3/volumes/${id}`)).status).toBe(404);
  });
});
