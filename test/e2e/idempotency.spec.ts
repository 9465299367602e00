import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shiftInstant } from '../../src/platform/clock.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { IdempotencyKeyEntity } from '../../src/attachments/reservations/idempotency-key.entity.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    fake: {
      latency_ms: { initializeConnection: 30 },
      faults: [
        {
          call: 'createExport',
          error: 'INTERNAL',
          message: 'not this time',
          times: 1,
          connector: { fail: 'once' },
        },
      ],
    },
  });
  api = server.api;
});
afterAll(() => server.close());

const create = (key: string, volume: string, more: object = {}, who = api): Promise<Answer> =>
  who.send(
    'POST',
    '/v3/attachments',
    { attachment: { volume_uuid: volume, ...more } },
    { 'Idempotency-Key': key },
  );

const attachmentsOf = async (volume: string): Promise<string[]> =>
  (await api.get(`/v3/attachments?volume_id=${volume}`)).body.attachments.map(({ id }: any) => id);

describe('a create that repeats its Idempotency-Key', () => {
  it.each([
    ['reserves once', {}],
    ['connects once', { connector: aConnector() }],
  ])('%s, one after the other and all at once', async (_, more) => {
    const volume = await api.volume();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(key, volume, more)));
    answers.push(await create(key, volume, more));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect(await attachmentsOf(volume)).toEqual([answers[0]?.body.attachment.id]);
    const { history } = (await api.get(`/v3/attachments/${answers[0]?.body.attachment.id}/history`)).body;
    expect(history.events).toHaveLength('connector' in more ? 3 : 1);
  });

  it('is the same request when its keys stand in another order, an empty connector being none', async () => {
    const volume = await api.volume();
    const key = `"${randomUUID()}"`;
    const first = await create(key, volume, { mode: 'ro', connector: {} });
    const again = await api.send(
      'POST',
      '/v3/attachments',
      { attachment: { mode: 'ro', connector: null, volume_uuid: volume } },
      { 'Idempotency-Key': key },
    );
    expect(again.body).toEqual(first.body);
  });

  it('gives the attachment that it made, where the volume has others', async () => {
    const volume = await api.multiattachVolume();
    const requests = ['host-a', 'host-b'].map((host) => [randomUUID(), aConnector(host)] as const);
    const made: string[] = [];
    for (const [key, connector] of requests) {
      const { id } = (await create(key, volume, { connector })).body.attachment;
      await api.complete(id);
      made.push(id);
    }
    const again: string[] = [];
    for (const [key, connector] of requests)
      again.push((await create(key, volume, { connector })).body.attachment.id);
    expect([again, new Set(made).size]).toEqual([made, 2]);
  });

  it('is refused with another body', async () => {
    const [volume, other] = await Promise.all([api.volume(), api.volume()]);
    const key = randomUUID();
    await create(key, volume);
    for (const refused of [await create(key, other), await create(key, volume, { mode: 'ro' })]) {
      expect([refused.status, refused.message]).toEqual([
        409,
        expect.stringContaining('a different request'),
      ]);
    }
    expect(await api.volumeStatus(other)).toBe('available');
  });

  it('gives one of two bodies the key when they come at once', async () => {
    const volumes = await Promise.all([api.volume(), api.volume()]);
    const key = randomUUID();
    const answers = await Promise.all(volumes.map((volume) => create(key, volume)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const statuses = await Promise.all(volumes.map((volume) => api.volumeStatus(volume)));
    expect(statuses.sort()).toEqual(['available', 'reserved']);
  });

  it('makes nothing again once its attachment was deleted', async () => {
    const volume = await api.volume();
    const key = randomUUID();
    await api.delete((await create(key, volume)).body.attachment.id);
    const refused = await create(key, volume);
    expect([refused.status, refused.message]).toEqual([409, expect.stringContaining('has been deleted')]);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('is tried again after it failed', async () => {
    const volume = await api.volume();
    const key = randomUUID();
    const connector = aConnector('host-a', { fail: 'once' });
    expect((await create(key, volume, { connector })).status).toBe(500);
    const again = await create(key, volume, { connector });
    expect([again.status, again.body.attachment?.status]).toEqual([200, 'attaching']);
  });

  it('is tried again after the server died over it, as soon as what was left is undone', async () => {
    const volume = await api.volume();
    const key = randomUUID();
    const { id } = (await create(key, volume, { connector: aConnector() })).body.attachment;
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      const reserved = { attachStatus: 'reserved' as const, connector: null, connectionInfo: {} };
      await manager.update(AttachmentEntity, { id }, reserved);
      await manager.insert(OperationEntity, {
        id: randomUUID(),
        kind: 'connect',
        volumeId: volume,
        attachmentId: id,
        requestId: 'req-before-the-crash',
        owner: 'a-process-that-died',
        details: { connector: aConnector(), mode: 'rw', isNew: true },
        startedAt: '2026-01-01T00:00:00.000000',
      });
    });
    const again = create(key, volume, { connector: aConnector() });
    await delay(100);
    await server.app.get(Reconciler).run(true);
    const { status, body } = await again;
    expect(status).toBe(200);
    expect(body.attachment.id).not.toBe(id);
    expect(await attachmentsOf(volume)).toEqual([body.attachment.id]);
  });

  it("is another project's own", async () => {
    const elsewhere = api.of('elsewhere');
    const [volume, foreign] = await Promise.all([api.volume(), elsewhere.volume()]);
    const key = randomUUID();
    const mine = await create(key, volume);
    const theirs = await create(key, foreign, {}, elsewhere);
    expect([mine.status, theirs.status]).toEqual([200, 200]);
  });

  it('is a new request once the key has expired', async () => {
    const [volume, other] = await Promise.all([api.volume(), api.volume()]);
    const key = randomUUID();
    await create(key, volume);
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      for (const { id, expiresAt } of await manager.find(IdempotencyKeyEntity)) {
        const past = { expiresAt: shiftInstant(expiresAt, -2 * 86_400_000) };
        await manager.update(IdempotencyKeyEntity, { id }, past);
      }
    });
    expect((await create(key, other)).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  it.each(['two words', 'x'.repeat(256)])('that is not one is refused: %.12s', async (key) => {
    const volume = await api.volume();
    expect((await create(key, volume)).status).toBe(400);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('is not kept in plain', async () => {
    const key = `plain-${randomUUID()}`;
    await create(key, await api.volume());
    const rows = await server.app.get(UnitOfWork).run(({ manager }) => manager.find(IdempotencyKeyEntity));
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(server.log.join('')).not.toContain(key);
  });
});
