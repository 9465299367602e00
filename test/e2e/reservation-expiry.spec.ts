import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { ExpiredRows } from '../../src/operations/expired-rows.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { ProcessEntity } from '../../src/operations/process.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector } from '../support/api.js';
import { onServers } from '../support/databases.js';
import { setClockBy } from '../support/host-clock.js';
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
const age = (id: string) => unit((manager) => manager.update(AttachmentEntity, { id }, { createdAt: OLD }));

describe('a reservation that outlives reservation_ttl_s', () => {
  it('is released with a message to its project; younger ones stay', async () => {
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
      await manager.insert(ProcessEntity, { id: living, startedAt: '2999', renewedAt: OLD });
      await manager.insert(OperationEntity, {
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
    // A state that no transaction leaves: only the connector protects it.
    const odd = await api.attachment(await api.volume());
    await unit((manager) =>
      manager.update(AttachmentEntity, { id: odd }, { connector: aConnector(), connectionInfo: {} }),
    );
    const all = [connected, completed, failed, working, odd];
    for (const id of all) await age(id);
    await reconcile();
    const statuses = await Promise.all(all.map(async (id) => (await api.show(id)).body.attachment.status));
    expect(statuses).toEqual(['attaching', 'attached', 'error_attaching', 'reserved', 'reserved']);
  });

  it('is released while other attachments keep the volume', async () => {
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

  it('is released with all others, however many there are', async () => {
    server = await withTtl(3600);
    const { api } = server;
    const volume = await api.volume();
    const young = await api.attachment(volume, { instance_uuid: crypto.randomUUID() });
    await unit(async (manager) => {
      const row = await manager.findOneBy(AttachmentEntity, { id: young });
      // More than one page, all of the same age.
      const old = Array.from({ length: 250 }, () => ({ ...row, id: crypto.randomUUID(), createdAt: OLD }));
      for (let from = 0; from < old.length; from += 50)
        await manager.insert(AttachmentEntity, old.slice(from, from + 50));
    });
    await reconcile();
    const { attachments } = (await api.get('/v3/attachments')).body;
    expect(attachments.map(({ id }: any) => id)).toEqual([young]);
  });
});

onServers(describe)('a server whose clock is a day beside the right time', () => {
  const DAY_MS = 86_400_000;

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['ahead when it looks', 0, DAY_MS],
    ['late when it writes', -DAY_MS, 0],
    ['late when it writes, and ahead when it looks', -DAY_MS, DAY_MS],
  ])('releases and removes nothing: %s', async (_, whenWriting, whenLooking) => {
    server = await createTestApp({
      settings: {
        CLINKER_RESERVATION_TTL_S: '3600',
        CLINKER_MESSAGE_TTL_S: '3600',
        CLINKER_IDEMPOTENCY_KEY_TTL_S: '3600',
        CLINKER_HISTORY_RETENTION_DAYS: '1',
      },
      fake: { faults: [{ call: 'createExport', connector: { host: 'bad' } }] },
    });
    const { api } = server;
    setClockBy(whenWriting);
    const body = { attachment: { volume_uuid: await api.volume() } };
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const { id } = (await api.send('POST', '/v3/attachments', body, key)).body.attachment;
    await api.create(await api.volume(), { connector: aConnector('bad') });
    const gone = await api.attachment(await api.volume());
    await api.delete(gone);
    setClockBy(whenLooking);
    await reconcile();
    await server.app.get(ExpiredRows).purge();
    expect((await api.show(id)).status).toBe(200);
    expect((await api.send('POST', '/v3/attachments', body, key)).body.attachment.id).toBe(id);
    expect((await api.get('/v3/messages')).body.messages).toHaveLength(1);
    expect((await api.get(`/v3/attachments/${gone}/history`)).body.history.events).toHaveLength(2);
  });
});
