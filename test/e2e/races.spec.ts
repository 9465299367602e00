import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { VolumeEntity, VolumesRepository } from '../../src/volumes/index.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    fake: { latency_ms: { initializeConnection: 2, terminateConnection: 2 } },
    settings: { LOG_LEVEL: 'error' },
  });
  api = server.api;
});
afterAll(() => server.close());

const statuses = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).sort((a, b) => a - b);

/** Checks the invariants at rest: nothing stuck, nothing exported without an attachment. */
async function expectConsistent(volume: string): Promise<void> {
  const { body } = await api.get(`/v3/attachments/detail?volume_id=${volume}`);
  const attachments = body.attachments as { status: string; connection_info: object }[];
  const sound = attachments.map(({ status }) => status).filter((status) => !status.startsWith('error_'));
  const expected = sound.map((status) => (status === 'attached' ? 'in-use' : status));
  // An attachment in error may keep its reservation.
  if (sound.length === 0) expected.push('available', ...(attachments.length > 0 ? ['reserved'] : []));
  expect(expected).toContain(await api.volumeStatus(volume));
  const exported = volume in (await server.admitted());
  expect(exported).toBe(attachments.some(({ connection_info: info }) => Object.keys(info).length > 0));
}

describe('many at once', () => {
  it('one of 64 creates gets a plain volume', async () => {
    const volume = await api.volume();
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => api.create(volume, { instance_uuid: randomUUID() })),
    );
    expect(statuses(answers)).toEqual([200, ...Array<number>(63).fill(400)]);
  });

  it('one of 64 creates with connectors does, and no other leaves an export', async () => {
    const volume = await api.volume();
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        api.create(volume, { connector: aConnector(`host-${index}`) }),
      ),
    );
    expect(statuses(answers)).toEqual([200, ...Array<number>(63).fill(400)]);
    await expectConsistent(volume);
  });

  it('all creates of one server get the volume that one of them reserved', async () => {
    const volume = await api.volume();
    const instance = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.create(volume, { instance_uuid: instance })),
    );
    expect(statuses(answers)).toEqual(Array(8).fill(200));
    expect(await api.volumeStatus(volume)).toBe('reserved');
  });

  it('one of ten deletes takes the attachment away', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.delete(id)));
    expect(statuses(answers)).toEqual([200, ...Array<number>(9).fill(404)]);
    await expectConsistent(volume);
  });

  it('a complete beside a delete never leaves a volume in use by nobody', async () => {
    for (let round = 0; round < 25; round += 1) {
      const volume = await api.volume();
      const id = await api.attachment(volume);
      const [completed, deleted] = await Promise.all([api.complete(id), api.delete(id)]);
      expect(deleted.status).toBe(200);
      expect([204, 404]).toContain(completed.status);
      expect(await api.volumeStatus(volume)).toBe('available');
    }
  });

  it('only one of a concurrent volume delete and attachment create succeeds', async () => {
    for (let round = 0; round < 15; round += 1) {
      const volume = await api.volume();
      const [created, deleted] = await Promise.all([
        api.create(volume),
        api.send('DELETE', `/v3/volumes/${volume}`),
      ]);
      expect([
        [200, 400],
        [400, 202],
        [404, 202],
      ]).toContainEqual([created.status, deleted.status]);
    }
  });
});

describe('a delete that meets the connect of its attachment', () => {
  it('waits for it, and ends what it has made', async () => {
    const slow = await createTestApp({ fake: { latency_ms: { initializeConnection: 400 } } });
    try {
      const volume = await slow.api.volume();
      const id = await slow.api.attachment(volume);
      const connecting = slow.api.update(id, aConnector());
      const open = "SELECT id FROM operations WHERE kind = 'connect'";
      while ((await slow.app.get(Reader).rows(open, [])).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 10));
      const deleting = slow.api.delete(id);
      expect([(await connecting).status, (await deleting).status]).toEqual([200, 200]);
      expect(await slow.admitted()).toEqual({});
      expect(await slow.api.volumeStatus(volume)).toBe('available');
    } finally {
      await slow.close();
    }
  });
});

describe('a create whose volume is deleted between its checks and its transaction', () => {
  it('finds no volume then', async () => {
    const volume = await api.volume();
    const volumes = server.app.get(VolumesRepository);
    const real = volumes.lockRow.bind(volumes);
    volumes.lockRow = async (tx, id) => {
      await tx.manager.delete(VolumeEntity, { id });
      return real(tx, id);
    };
    const { status, message } = await api.create(volume).finally(() => (volumes.lockRow = real));
    expect([status, message]).toEqual([404, `Volume ${volume} could not be found.`]);
  });
});
