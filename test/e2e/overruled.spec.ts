import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { OperationOverruled } from '../../src/operations/operation-journal.js';
import { OverruledWork } from '../../src/operations/overruled-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { VolumeEntity } from '../../src/volumes/index.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act } from '../support/volume-state.js';

const OLD = '2026-01-01T00:00:00.000000';

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    fake: { latency_ms: { initializeConnection: 400, terminateConnection: 400 } },
  });
  api = server.api;
});
afterAll(() => server.close());

async function openKinds(volume: string): Promise<string[]> {
  const rows = await server.app
    .get(Reader)
    .rows<{ kind: string }>('SELECT kind FROM operations WHERE volume_id = ?', [volume]);
  return rows.map(({ kind }) => kind);
}

async function admitted(volume: string): Promise<string[] | null> {
  const hosts = (await server.admitted())[volume];
  return hosts?.map((initiator) => initiator.split(':').at(-1) ?? '') ?? null;
}

/** Ends the volume's work as another server does that considers this one dead; returns the late response. */
async function overrule(volume: string, work: () => Promise<Answer>, before: number): Promise<Answer> {
  const late = work();
  while ((await openKinds(volume)).length === before) await new Promise((resolve) => setTimeout(resolve, 10));
  await server.app.get(UnitOfWork).run(async ({ manager }) => {
    await manager.delete(OperationEntity, { volumeId: volume });
    await manager.delete(AttachmentEntity, { volumeId: volume });
    await manager.update(VolumeEntity, { id: volume }, { status: 'available', attachStatus: 'detached' });
  });
  return late;
}

describe('a server whose work was taken over while it was stopped', () => {
  it.each([
    ['a create', (volume: string) => api.create(volume, { connector: aConnector('late') })],
    [
      'os-initialize_connection',
      (volume: string) => act(api, volume, 'os-initialize_connection', { connector: aConnector('late') }),
    ],
  ])('takes back what %s has made at the backend since', async (_, work) => {
    const volume = await api.volume();
    const late = await overrule(volume, () => work(volume), 0);
    expect([late.status, late.message]).toEqual([
      500,
      expect.stringContaining('Another server has taken over'),
    ]);
    expect([await admitted(volume), await openKinds(volume)]).toEqual([['late'], ['restore-export']]);
    await server.app.get(Reconciler).run(true);
    expect([await admitted(volume), await openKinds(volume)]).toEqual([null, []]);
  });

  it('keeps the host that the other server admitted meanwhile', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume);
    const late = api.update(id, aConnector('late'));
    while ((await openKinds(volume)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      await manager.delete(OperationEntity, { volumeId: volume });
      const connector = aConnector('other');
      await manager.update(
        AttachmentEntity,
        { id },
        { attachStatus: 'attached', connector, attachMode: 'rw' },
      );
    });
    expect((await late).status).toBe(500);
    await server.app.get(Reconciler).run(true);
    expect([await admitted(volume), await openKinds(volume)]).toEqual([['other'], []]);
    expect((await api.show(id)).body.attachment.status).toBe('attached');
  });
});

describe('work that was taken over, when the database is away by then', () => {
  it('ends as taken over all the same, and the log says what may be left', async () => {
    const units = server.app.get(UnitOfWork);
    const real = units.run.bind(units);
    units.run = () => Promise.reject(new Error('the database is away'));
    const work = server.app
      .get(OverruledWork)
      .watch('a-volume', 'req-late', () => Promise.reject(new OperationOverruled('taken over')));
    await expect(work).rejects.toThrow(OperationOverruled);
    units.run = real;
    const told = server.log.filter((line) => line.includes('may have more hosts than it should'));
    expect(told).toEqual([expect.stringContaining('"volumeId":"a-volume"')]);
  });
});

describe('a detach that meets os-reset_status', () => {
  const reset = (volume: string) =>
    act(api, volume, 'os-reset_status', { status: 'available', attach_status: 'detached' });

  async function meeting(volume: string, detach: () => Promise<Answer>): Promise<Answer> {
    const answer = detach();
    while ((await openKinds(volume)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await reset(volume)).status).toBe(202);
    return answer;
  }

  async function expectNothingExported(volume: string): Promise<void> {
    await server.app.get(Reconciler).run(true);
    expect([await admitted(volume), await openKinds(volume)]).toEqual([null, []]);
    const { exportDetails } = await server.app
      .get(UnitOfWork)
      .run(({ manager }) => manager.findOneByOrFail(VolumeEntity, { id: volume }));
    expect(exportDetails).toBeNull();
    expect((await api.create(volume, { connector: aConnector('next') })).status).toBe(200);
  }

  it('has done what was asked for, and leaves no export that the database knows or does not', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('old') });
    expect((await meeting(volume, () => api.delete(id))).status).toBe(200);
    await expectNothingExported(volume);
  });

  it('ends the access of those that were to stay and have lost their attachments', async () => {
    const volume = await api.multiattachVolume();
    const id = await api.attachment(volume, { connector: aConnector('one') });
    await api.complete(id);
    await api.attachment(volume, { connector: aConnector('two') });
    await meeting(volume, () => api.delete(id));
    await expectNothingExported(volume);
  });
});

describe('an interrupted create whose attachment a client has found and gone on with', () => {
  it('leaves it, though the clock of the server that it came to is late', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('found') });
    await api.complete(id);
    await server.app.get(UnitOfWork).run(({ manager }) =>
      manager.insert(OperationEntity, {
        id: crypto.randomUUID(),
        kind: 'connect',
        volumeId: volume,
        attachmentId: id,
        requestId: 'req-of-the-create',
        owner: '',
        details: { connector: aConnector('found'), mode: 'rw', isNew: true },
        startedAt: OLD.replace('2026', '2126'),
      }),
    );
    await server.app.get(Reconciler).run(true);
    expect((await api.show(id)).body.attachment.status).toBe('attached');
    expect([await admitted(volume), await openKinds(volume)]).toEqual([['found'], []]);
  });
});
