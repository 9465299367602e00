import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AttachmentsRepository } from '../../src/attachments/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act, setVolume, type VolumeStatus } from '../support/volume-state.js';

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp();
  api = server.api;
});
afterAll(() => server.close());

const OTHER = aConnector('host-b', { ip: '192.0.2.11' });

/** A volume without multiattach that a server on host-a writes to, and whose state an admin has reset since. */
async function resetVolume(status: VolumeStatus = 'available') {
  const instance = randomUUID();
  const volume = await api.volume();
  const attachment = await api.attachment(volume, { instance_uuid: instance, connector: aConnector() });
  await api.complete(attachment);
  await setVolume(server, volume, { status });
  return { volume, attachment, instance };
}

async function admitted(volume: string): Promise<readonly string[]> {
  return (await server.admitted())[volume] ?? [];
}

const HOST_A = [aConnector()['initiator']];

describe('a plain volume that was reset while a server uses it', () => {
  const takers: Readonly<Record<string, (volume: string) => Promise<Answer>>> = {
    'a reservation': (volume) => api.create(volume, { instance_uuid: randomUUID() }),
    'a reservation without a server': (volume) => api.create(volume),
    'a create with a connector': (volume) =>
      api.create(volume, { instance_uuid: randomUUID(), connector: OTHER }),
    'os-reserve': (volume) => act(api, volume, 'os-reserve'),
    'os-initialize_connection': (volume) =>
      act(api, volume, 'os-initialize_connection', { connector: OTHER }),
  };

  it.each(Object.entries(takers))('is not had by %s: 409 names the attachment', async (_what, take) => {
    const { volume, attachment } = await resetVolume();
    const { status, message } = await take(volume);
    expect([status, message]).toEqual([409, expect.stringContaining(attachment)]);
    expect(await api.volumeStatus(volume)).toBe('available');
    expect((await api.get(`/v3/attachments?volume_id=${volume}`)).body.attachments).toHaveLength(1);
    expect(await admitted(volume)).toEqual(HOST_A);
  });

  it.each(['downloading'] as const)('is not had either when it was reset to %s', async (status) => {
    const { volume } = await resetVolume(status);
    expect((await api.create(volume, { instance_uuid: randomUUID() })).status).toBe(409);
  });

  it.each(['attaching', 'reserved', 'error', 'detaching'] as const)(
    'lets no further host in by os-initialize_connection when it was reset to %s',
    async (status) => {
      const { volume } = await resetVolume(status);
      const answer = await act(api, volume, 'os-initialize_connection', { connector: OTHER });
      expect(answer.status).toBe(409);
      expect(await admitted(volume)).toEqual(HOST_A);
    },
  );

  it('goes on serving the server that has it: for a second attachment, and for its host', async () => {
    const { volume, instance } = await resetVolume();
    const again = await act(api, volume, 'os-initialize_connection', { connector: aConnector() });
    expect(again.status).toBe(200);
    expect((await api.create(volume, { instance_uuid: instance })).status).toBe(200);
  });

  it('in use, connects one more host by os-initialize_connection, as older migrations need', async () => {
    const { volume } = await resetVolume('in-use');
    const answer = await act(api, volume, 'os-initialize_connection', { connector: OTHER });
    expect(answer.status).toBe(200);
  });

  it('is free again when the attachment that was named is deleted', async () => {
    const { volume, attachment } = await resetVolume();
    await api.delete(attachment);
    expect((await api.create(volume, { instance_uuid: randomUUID(), connector: OTHER })).status).toBe(200);
  });

  it('is not had by any of many at once', async () => {
    const { volume, attachment } = await resetVolume();
    const answers = await Promise.all(
      [1, 2, 3].flatMap(() => Object.values(takers).map(async (take) => take(volume))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([409]));
    const { body } = await api.get(`/v3/attachments?volume_id=${volume}`);
    expect(body.attachments.map(({ id }: { id: string }) => id)).toEqual([attachment]);
    expect(await admitted(volume)).toEqual(HOST_A);
  });

  it('is not extended by a backend that cannot extend what is attached', async () => {
    const modest = await createTestApp();
    const backend = modest.app.get(BackendRegistry).default;
    Object.assign(backend, { capabilities: { ...backend.capabilities, extend: 'detached' } });
    try {
      const volume = await modest.api.volume();
      await modest.api.attachment(volume, { connector: aConnector() });
      await setVolume(modest, volume, { status: 'available' });
      const { status, message } = await act(modest.api, volume, 'os-extend', { new_size: 2 });
      expect([status, message]).toEqual([400, expect.stringContaining('in use')]);
    } finally {
      await modest.close();
    }
  });
});

describe("a reservation beside another server's attachment, as earlier releases allowed it", () => {
  /** Inserts a second reservation into the database. */
  async function addReservation(volumeId: string, instanceUuid: string): Promise<string> {
    const unit = server.app.get(UnitOfWork);
    const repository = server.app.get(AttachmentsRepository);
    return unit.run(async (tx) => {
      const [first] = await repository.ofVolume(tx, volumeId);
      if (first === undefined) throw new Error('the volume has no attachment');
      const id = randomUUID();
      await repository.insert(tx, {
        ...first,
        id,
        instanceUuid,
        attachStatus: 'reserved',
        connector: null,
        connectionInfo: {},
      });
      return id;
    });
  }

  it.each([
    ['connected', async () => resetVolume()],
    [
      'attached by os-attach',
      async () => {
        const volume = await api.volume();
        await act(api, volume, 'os-attach', { instance_uuid: randomUUID(), mountpoint: '/dev/vdb' });
        const { body } = await api.get(`/v3/attachments?volume_id=${volume}`);
        return { volume, attachment: body.attachments[0].id as string };
      },
    ],
  ])('is not connected while the other is %s: 409 names that one', async (_how, prepare) => {
    const { volume, attachment } = await prepare();
    const before = await admitted(volume);
    const second = await addReservation(volume, randomUUID());
    const { status, message } = await api.update(second, OTHER);
    expect([status, message]).toEqual([409, expect.stringContaining(attachment)]);
    expect(await admitted(volume)).toEqual(before);
    expect((await api.show(second)).body.attachment.status).toBe('reserved');
  });
});
