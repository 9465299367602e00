import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const OLD = '2026-01-01T00:00:00.000000';

let server: TestApp;

afterEach(async () => {
  await server.close();
});

const withTtl = (seconds: number) =>
  createTestApp({ settings: { CLINKER_RESERVATION_TTL_S: String(seconds) } });
const reconcile = (): Promise<void> => server.app.get(Reconciler).run(true);
const unit = (work: (manager: any) => Promise<unknown>) =>
  server.app.get(UnitOfWork).run(({ manager }) => work(manager));
const age = (id: string) => unit((manager) => manager.update('AttachmentEntity', { id }, { createdAt: OLD }));

describe('a reservation that outlives reservation_ttl_s', () => {
  it('is released, and its project told why; younger ones stay', async () => {
    server = await withTtl(3600);
    const { api } = server;
    const [volume, other] = [await api.volume(), await api.volume()];
    const old = await api.attachment(volume);
    const young = await api.attachment(other);
    await age(old);
    await reconcile();
    expect([(await api.show(old)).status, (await api.show(young)).status]).toEqual([404, 200]);
    expect([await api.volumeStatus(volume), await api.volumeStatus(other)]).toEqual([
      'available',
      'reserved',
    ]);
    const { messages } = (await api.get('/v3/messages')).body;
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ resource_uuid: volume, event_id: 'VOLUME_VOLUME_903_001' });
    expect(messages[0].user_message).toContain(`within 3600 seconds; attachment ${old} was released`);
    expect((await api.create(volume)).status).toBe(200);
  });

  it('stays where the limit is off, which it is by default', async () => {
    server = await createTestApp();
    const id = await server.api.attachment(await server.api.volume());
    await age(id);
    await reconcile();
    expect((await server.api.show(id)).status).toBe(200);
  });

  it('stays with a connector, once it was completed, after a failed update, and while work is recorded', async () => {
    server = await createTestApp({
      settings: { CLINKER_RESERVATION_TTL_S: '1' },
      fake: { faults: [{ call: 'createExport', connector: { host: 'bad' } }] },
    });
    const { api } = server;
    const connected = await api.attachment(await api.volume(), { connector: aConnector() });
    const completed = await api.attachment(await api.volume());
    await api.complete(completed);
    const failed = await api.attachment(await api.volume());
    expect((await api.update(failed, aConnector('bad'))).status).toBe(500);
    const busy = await api.volume();
    const working = await api.attachment(busy);
    const living = crypto.randomUUID();
    await unit(async (manager) => {
      await manager.insert('ProcessEntity', { id: living, startedAt: '2999', renewedAt: OLD });
      await manager.insert('OperationEntity', {
        id: crypto.randomUUID(),
        kind: 'connect',
        volumeId: busy,
        attachmentId: working,
        requestId: 'req-1',
        owner: living,
        details: {},
        startedAt: OLD,
      });
    });
    // As no unit leaves it: the connector alone protects it.
    const odd = await api.attachment(await api.volume());
    await unit((manager) =>
      manager.update('AttachmentEntity', { id: odd }, { connector: aConnector(), connectionInfo: {} }),
    );
    const all = [connected, completed, failed, working, odd];
    for (const id of all) await age(id);
    await reconcile();
    const statuses = await Promise.all(all.map(async (id) => (await api.show(id)).body.attachment.status));
    expect(statuses).toEqual(['attaching', 'attached', 'error_attaching', 'reserved', 'reserved']);
  });

  it('is released beside others of the same volume, which keep it', async () => {
    server = await withTtl(3600);
    const { api } = server;
    const volume = await api.volume();
    const instance = { instance_uuid: crypto.randomUUID() };
    const old = await api.attachment(volume, instance);
    const young = await api.attachment(volume, instance);
    await age(old);
    await reconcile();
    expect([(await api.show(old)).status, (await api.show(young)).status]).toEqual([404, 200]);
    expect(await api.volumeStatus(volume)).toBe('reserved');
  });
});
