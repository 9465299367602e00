import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { aConnector, type Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { act, setVolume, VOLUME_STATUSES } from '../support/volume-state.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;

afterEach(() => server.close());

async function start(options: TestAppOptions = {}): Promise<Api> {
  server = await createTestApp(options);
  return server.api;
}

const extend = (api: Api, id: string, size: unknown = 2): Promise<Answer> =>
  act(api, id, 'os-extend', { new_size: size });

const show = async (api: Api, id: string): Promise<any> => (await api.get(`/v3/volumes/${id}`)).body.volume;

const settled = (api: Api, id: string): Promise<any> =>
  api.untilVolume(id, ({ status }) => status !== 'extending');

async function openOperations(): Promise<number> {
  return server.app.get(UnitOfWork).run((tx) => tx.manager.count(OperationEntity));
}

describe('os-extend', () => {
  it('makes an available volume larger', async () => {
    const api = await start({ fake: { latency_ms: { extendVolume: 100 } } });
    const id = await api.volume();
    const answer = await extend(api, id, '3');
    expect([answer.status, answer.body, await api.volumeStatus(id)]).toEqual([202, '', 'extending']);
    expect((await api.create(id)).status).toBe(400);
    expect(await settled(api, id)).toMatchObject({ status: 'available', size: 3 });
    expect(await openOperations()).toBe(0);
  });

  it('of a volume in use is for 3.42 and later', async () => {
    const api = await start();
    const id = await api.volume();
    await api.complete(await api.attachment(id, { connector: aConnector() }));
    const early = await extend(api.at('3.41'), id);
    expect([early.status, early.message]).toEqual([
      400,
      `Invalid volume: Volume ${id} status must be '{'status': 'available'}' to extend, currently in-use.`,
    ]);
    expect((await extend(api.at('3.42'), id)).status).toBe(202);
    expect(await settled(api, id)).toMatchObject({ status: 'in-use', size: 2 });
  });

  it('is refused in every other state', async () => {
    const api = await start();
    const id = await api.volume();
    for (const status of VOLUME_STATUSES.filter((one) => !['available', 'in-use'].includes(one))) {
      await setVolume(server, id, { status });
      expect([status, (await extend(api, id)).status]).toEqual([status, 400]);
      expect(await show(api, id)).toMatchObject({ status, size: 1 });
    }
  });

  it.each([
    [1, 400, 'New size for extend must be greater than current size. (current: 1, extended: 1).'],
    [0, 400, ''],
    ['x', 400, "'x' does not match '^[0-9]+$'"],
    [2 ** 31, 400, ''],
    ['99999999999999999999', 400, ''],
    [null, 400, ''],
    [1.5, 400, ''],
  ])('to %j is %i', async (size, status, text) => {
    const api = await start();
    const answer = await extend(api, await api.volume(), size);
    expect(answer.status).toBe(status);
    expect(answer.message).toContain(text);
  });

  it.each(['INTERNAL', 'BUSY', 'UNAVAILABLE', 'NOT_FOUND'])(
    'that fails with %s leaves the volume in error_extending with a message',
    async (error) => {
      const api = await start({ fake: { faults: [{ call: 'extendVolume', error }] } });
      const id = await api.volume();
      expect((await extend(api, id, 5)).status).toBe(202);
      expect(await settled(api, id)).toMatchObject({ status: 'error_extending', size: 1 });
      const [message] = (await api.get('/v3/messages')).body.messages;
      expect(message).toMatchObject({ event_id: 'VOLUME_VOLUME_007_010', resource_uuid: id });
      expect(message.user_message).toMatch(/^extend volume:Backend fake: extendVolume failed/);
      expect(await openOperations()).toBe(0);
      expect((await api.send('DELETE', `/v3/volumes/${id}`)).status).toBe(202);
    },
  );

  it('beyond what is free leaves the volume as it was, with a message in the words of Cinder', async () => {
    const api = await start({ fake: { capacity_gib: 2 } });
    const id = await api.volume();
    expect((await extend(api, id, 5)).status).toBe(202);
    expect(await settled(api, id)).toMatchObject({ status: 'available', size: 1 });
    const [message] = (await api.get('/v3/messages')).body.messages;
    expect(message).toMatchObject({ event_id: 'VOLUME_VOLUME_007_003', resource_uuid: id });
    expect(message.user_message).toBe(
      'extend volume:Could not find any available weighted backend. Backend fake: extendVolume failed: 4 GiB are needed and 1 GiB are free',
    );
    expect(await openOperations()).toBe(0);
    expect((await extend(api, id, 2)).status).toBe(202);
    expect(await settled(api, id)).toMatchObject({ status: 'available', size: 2 });
  });

  it.each([
    ['RESOURCE_EXHAUSTED', '003'],
    ['FAILED_PRECONDITION', '010'],
    ['UNSUPPORTED', '010'],
  ])('that the driver refuses with %s leaves a volume in use to its server', async (error, detail) => {
    const api = await start({ fake: { faults: [{ call: 'extendVolume', error }] } });
    const id = await api.volume();
    const attachment = await api.attachment(id, { connector: aConnector() });
    await api.complete(attachment);
    expect((await extend(api, id)).status).toBe(202);
    expect(await settled(api, id)).toMatchObject({ status: 'in-use', size: 1 });
    const [message] = (await api.get('/v3/messages')).body.messages;
    expect(message.event_id).toBe(`VOLUME_VOLUME_007_${detail}`);
    expect((await act(api, id, 'os-begin_detaching')).status).toBe(202);
    expect((await api.update(attachment)).status).toBe(200);
    expect((await api.delete(attachment)).status).toBe(200);
  });

  it('gives what it was to take from the quota back when there is no room', async () => {
    const api = await start({ settings: { CLINKER_QUOTA_GIGABYTES: '7' }, fake: { capacity_gib: 6 } });
    const id = await api.volume();
    await extend(api, id, 7);
    await settled(api, id);
    expect((await api.send('POST', '/v3/volumes', { volume: { size: 5 } })).status).toBe(202);
  });

  it('that cannot begin leaves the volume as it was', async () => {
    const api = await start({ settings: { CLINKER_DRIVER_TIMEOUT_MS: '100' } });
    const id = await api.volume();
    let release: () => void = () => undefined;
    const endOfOthers = new Promise<void>((resolve) => (release = resolve));
    const backend = server.app.get(BackendRegistry).default;
    const others = backend.exclusively(id, 'req-other', () => endOfOthers);
    expect((await extend(api, id)).status).toBe(202);
    expect(await settled(api, id)).toMatchObject({ status: 'available', size: 1 });
    const [message] = (await api.get('/v3/messages')).body.messages;
    expect(message.event_id).toBe('VOLUME_VOLUME_007_003');
    release();
    await others;
  });

  it('counts for the quota from the moment it is accepted', async () => {
    const api = await start({
      settings: { CLINKER_QUOTA_GIGABYTES: '5' },
      fake: { latency_ms: { extendVolume: 100 } },
    });
    const ids = [await api.volume(), await api.volume()];
    const answers = await Promise.all(ids.map((id) => extend(api, id, 3)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 413]);
    expect(answers.find(({ status }) => status === 413)?.message).toBe(
      'Requested volume or snapshot exceeds allowed gigabytes quota. Requested 2G, quota is 5G and 4G has been consumed.',
    );
    const refused = ids[answers.findIndex(({ status }) => status === 413)] ?? '';
    expect(await show(api, refused)).toMatchObject({ status: 'available', size: 1 });
  });

  it('goes on when the volume is detached meanwhile', async () => {
    const api = await start({ fake: { latency_ms: { extendVolume: 200 } } });
    const id = await api.volume();
    const attachment = await api.attachment(id, { connector: aConnector() });
    await api.complete(attachment);
    await extend(api, id);
    expect((await api.delete(attachment)).status).toBe(200);
    await server.app.get(BackgroundWork).idle();
    expect(await show(api, id)).toMatchObject({ status: 'available', size: 2 });
  });

  it('that was interrupted is finished at the next start', async () => {
    const api = await start();
    const id = await api.volume();
    await setVolume(server, id, { status: 'extending', pendingSizeGib: 4 });
    await server.app.get(UnitOfWork).run((tx) =>
      tx.manager.insert(OperationEntity, {
        id: crypto.randomUUID(),
        kind: 'extend-volume',
        volumeId: id,
        attachmentId: null,
        requestId: 'req-before-the-crash',
        owner: 'a-process-that-died',
        details: { sizeGib: 4 },
        startedAt: '2026-01-01T00:00:00.000000',
      }),
    );
    await server.stop();
    server = await createTestApp({ continueFrom: server });
    await server.app.get(BackgroundWork).idle();
    const again = new Api(server.url, {
      token: `admin:${api.project}`,
      version: NEWEST,
      project: api.project,
    });
    expect(await show(again, id)).toMatchObject({ status: 'available', size: 4 });
    expect(await openOperations()).toBe(0);
  });

  it('is for members of the project', async () => {
    const api = await start({ personas: true });
    const own = api.as('member,reader');
    const id = await own.volume();
    expect((await extend(own.as('reader'), id)).status).toBe(403);
    expect((await extend(own.as('member', 'f'.repeat(32)), id)).status).toBe(404);
    expect((await extend(own, id)).status).toBe(202);
    await settled(own, id);
  });
});
