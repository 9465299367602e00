import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Restores the journal as a process leaves it that dies at this point: with another owner's entry. */
async function leaveOpen(
  at: TestApp,
  kind: string,
  volume: string,
  attachment: string | null,
  details: object = {},
): Promise<void> {
  await at.app.get(UnitOfWork).run((tx) =>
    tx.manager.insert(OperationEntity, {
      id: crypto.randomUUID(),
      kind,
      volumeId: volume,
      attachmentId: attachment,
      requestId: 'req-before-the-crash',
      owner: 'a-process-that-died',
      details,
      startedAt: '2026-01-01T00:00:00.000000',
    }),
  );
}

/** Restarts the server on the same data and waits until it has ended open work. */
async function startAgain(before: TestApp): Promise<Api> {
  await before.stop();
  server = await createTestApp({ continueFrom: before });
  await server.app.get(BackgroundWork).idle();
  return new Api(server.url, {
    token: `admin:${before.api.project}`,
    version: NEWEST,
    project: before.api.project,
  });
}

async function openOperations(): Promise<number> {
  return (await server?.app.get(UnitOfWork).run((tx) => tx.manager.count(OperationEntity))) ?? -1;
}

async function exportedVolumes(): Promise<string[]> {
  return Object.keys((await server?.admitted()) ?? {});
}

describe('a server that starts again', () => {
  it('has every volume, attachment and connection that it acknowledged', async () => {
    server = await createTestApp();
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume, { connector: aConnector() });
    await server.api.complete(id);
    const before = (await server.api.show(id)).body;
    const api = await startAgain(server);
    expect((await api.show(id)).body).toEqual(before);
    expect(await api.volumeStatus(volume)).toBe('in-use');
    expect(await exportedVolumes()).toEqual([volume]);
    expect((await api.delete(id)).status).toBe(200);
    expect(await exportedVolumes()).toEqual([]);
  });

  it('undoes the connection of an update that was interrupted after the driver had made it', async () => {
    server = await createTestApp();
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume);
    const backend = server.app.get(BackendRegistry).default;
    const ref = {
      id: volume,
      name: `volume-${volume}`,
      sizeGib: 1,
      projectId: server.api.project,
      exportDetails: null,
    };
    const connection = { attachmentId: id, connector: aConnector() as never, mode: 'rw' as const };
    await backend.exclusively(volume, '', async (session) => {
      const exportDetails = await session.createExport(ref, connection);
      await session.initializeConnection({ ...ref, exportDetails }, connection, []);
    });
    await leaveOpen(server, 'connect', volume, id, { connector: aConnector(), mode: 'rw', isNew: false });
    const api = await startAgain(server);
    expect((await api.show(id)).body.attachment.status).toBe('error_attaching');
    expect(await exportedVolumes()).toEqual([]);
    expect(await openOperations()).toBe(0);
    expect((await api.update(id)).status).toBe(200);
  });

  it('removes the attachment of a create with connector that nobody got to know', async () => {
    server = await createTestApp();
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume);
    await leaveOpen(server, 'connect', volume, id, { connector: aConnector(), mode: 'rw', isNew: true });
    const api = await startAgain(server);
    expect((await api.show(id)).status).toBe(404);
    expect(await api.volumeStatus(volume)).toBe('available');
    expect(await openOperations()).toBe(0);
  });

  it('leaves the connection that an interrupted update would have replaced', async () => {
    server = await createTestApp();
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume, { connector: aConnector('kept') });
    await server.api.complete(id);
    await leaveOpen(server, 'connect', volume, id, {
      connector: aConnector('new'),
      mode: 'rw',
      isNew: false,
    });
    const api = await startAgain(server);
    expect((await api.show(id)).body.attachment.status).toBe('attached');
    expect(Object.values(await server.admitted())).toEqual([['iqn.1994-05.com.example:kept']]);
    expect(await openOperations()).toBe(0);
  });

  it('finishes a detach that was interrupted', async () => {
    server = await createTestApp();
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume, { connector: aConnector() });
    await leaveOpen(server, 'disconnect', volume, id);
    const api = await startAgain(server);
    expect((await api.show(id)).status).toBe(404);
    expect(await api.volumeStatus(volume)).toBe('available');
    expect(await exportedVolumes()).toEqual([]);
    expect(await openOperations()).toBe(0);
  });

  it('makes and removes the volumes that were being made and removed', async () => {
    server = await createTestApp({ fake: { latency_ms: {} } });
    const [making, removing] = [await server.api.volume(), await server.api.volume()];
    await server.app.get(UnitOfWork).run(async (tx) => {
      await tx.manager.update(VolumeEntity, { id: making }, { status: 'creating' });
      await tx.manager.update(VolumeEntity, { id: removing }, { status: 'deleting' });
    });
    await leaveOpen(server, 'create-volume', making, null);
    await leaveOpen(server, 'delete-volume', removing, null);
    const api = await startAgain(server);
    expect(await api.volumeStatus(making)).toBe('available');
    expect((await api.get(`/v3/volumes/${removing}`)).status).toBe(404);
    expect(await openOperations()).toBe(0);
  });
});
