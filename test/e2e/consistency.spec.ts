import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector, type Answer } from '../support/api.js';
import { runDoctor } from '../support/printed-command.js';
import { seedAttached } from '../support/seed.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import type { VolumeStatus } from '../support/volume-state.js';

const PATH = '/v3/clinker-consistency';

let server: TestApp;

afterEach(async () => {
  await server.close();
});

const examine = (): Promise<Answer> => server.api.get(PATH);
const repair = (): Promise<Answer> => server.api.send('POST', `${PATH}/action`, { repair: null });
const kinds = ({ body }: Answer): string[] =>
  body.consistency.findings.map((finding: any) => `${finding.kind} ${finding.repair}`);

const backend = () => server.app.get(BackendRegistry).default;
const ref = (id: string) => ({
  id,
  name: `volume-${id}`,
  sizeGib: 1,
  projectId: server.api.project,
  exportDetails: null,
});
const connection = (host: string) => ({
  attachmentId: randomUUID(),
  connector: aConnector(host) as never,
  mode: 'rw' as const,
});

/** Changes the backend behind the server's back. */
async function lose(volume: string): Promise<void> {
  await backend().exclusively(volume, '', (session) => session.removeExport(ref(volume)));
}
async function expose(volume: string, host = 'stranger'): Promise<void> {
  await backend().exclusively(volume, '', async (session) => {
    const exportDetails = await session.createExport(ref(volume), connection(host));
    await session.initializeConnection({ ...ref(volume), exportDetails }, connection(host), []);
  });
}
const admitted = () => server.admitted();
async function setStatus(volume: string, status: VolumeStatus): Promise<void> {
  await server.app
    .get(UnitOfWork)
    .run(({ manager }) => manager.update(VolumeEntity, { id: volume }, { status }));
}
const holds = (volume: string): Promise<boolean> =>
  backend().exclusively(volume, '', async (session) => (await session.inspect(ref(volume))).exists);
const openOperations = (): Promise<number> =>
  server.app.get(UnitOfWork).run(({ manager }) => manager.count(OperationEntity));

const INITIATOR = 'iqn.1994-05.com.example';

describe('the periodic check', () => {
  it('brings back the export of a volume that is in use, with its credentials and hosts', async () => {
    server = await createTestApp();
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('user') });
    await api.complete(id);
    const { auth_password: password } = (await api.show(id)).body.attachment.connection_info;
    await lose(volume);
    await server.app.get(Reconciler).run();
    expect(await admitted()).toEqual({ [volume]: [`${INITIATOR}:user`] });
    expect((await api.update(id, aConnector('user'))).body.attachment.connection_info.auth_password).toBe(
      password,
    );
    expect(await openOperations()).toBe(0);
    expect((await api.delete(id)).status).toBe(200);
    expect(await admitted()).toEqual({});
  });

  it('brings it back when the server itself starts again', async () => {
    server = await createTestApp({ fake: { persist: true } });
    const { api } = server;
    const volume = await api.volume();
    await api.attachment(volume, { connector: aConnector('user') });
    await lose(volume);
    await server.stop();
    server = await createTestApp({ continueFrom: server });
    await server.app.get(Reconciler).run(true);
    expect(await admitted()).toEqual({ [volume]: [`${INITIATOR}:user`] });
  });

  it('comes to every volume, round after round, and lists each backend page by page', async () => {
    const settings = { CLINKER_RECONCILE_VOLUMES_PER_ROUND: '200' };
    server = await createTestApp({ settings, fake: { persist: true } });
    const { api } = server;
    await seedAttached(server, 450);
    const lost = new Map<string, string[]>();
    for (let count = 0; count < 5; count += 1) {
      const volume = await api.volume();
      await api.attachment(volume, { connector: aConnector('user') });
      lost.set(volume, [`${INITIATOR}:user`]);
      await lose(volume);
    }
    await server.stop();
    server = await createTestApp({ settings, continueFrom: server, fake: { persist: true } });
    for (let volumes = 0; volumes < 5; volumes = Object.keys(await admitted()).length) {
      await sleep(20);
    }
    expect(await admitted()).toEqual(Object.fromEntries(lost));
  });

  it('removes nothing, and logs exports that no attachment justifies once', async () => {
    server = await createTestApp();
    const volume = await server.api.volume();
    await expose(volume);
    await server.app.get(Reconciler).run();
    await server.app.get(Reconciler).run();
    expect(await admitted()).toEqual({ [volume]: [`${INITIATOR}:stranger`] });
    expect(server.log.filter((line) => line.includes('orphan-export'))).toHaveLength(1);
  });

  it('leaves a volume alone that a request is working on', async () => {
    server = await createTestApp({ fake: { latency_ms: { initializeConnection: 300 } } });
    const { api } = server;
    const volume = await api.volume();
    const running = api.create(volume, { connector: aConnector('user') });
    await api.untilVolume(volume, ({ status }) => status === 'reserved');
    await server.app.get(Reconciler).run();
    expect((await running).status).toBe(200);
    expect(server.log.join('')).not.toContain('an export was repaired');
  });
});

describe('examine and repair', () => {
  it('find nothing when all is well', async () => {
    server = await createTestApp();
    const { api } = server;
    await api.attachment(await api.volume(), { connector: aConnector() });
    await api.attachment(await api.volume());
    await api.volume();
    expect((await examine()).body).toEqual({
      consistency: { findings: [], unchecked: [], elsewhere: [], next_marker: null },
    });
  });

  it('find and repair differences, and change nothing unless asked to', async () => {
    server = await createTestApp();
    const { api } = server;
    const [lost, orphan, shared] = [await api.volume(), await api.volume(), await api.volume()];
    await api.attachment(lost, { connector: aConnector('user') });
    await api.attachment(shared, { connector: aConnector('user') });
    await lose(lost);
    await expose(orphan);
    await expose(shared);
    const before = await admitted();
    const found = await examine();
    expect(kinds(found).sort()).toEqual([
      'missing-export possible',
      'orphan-export possible',
      'unjustified-access possible',
    ]);
    expect(found.body.consistency.findings).toContainEqual({
      kind: 'unjustified-access',
      volume_id: shared,
      backend: 'fake',
      description: `Backend fake admits ${INITIATOR}:stranger to volume ${shared} without a connection.`,
      repair: 'possible',
    });
    expect(await admitted()).toEqual(before);
    const mended = await repair();
    expect([mended.status, kinds(mended).every((kind) => kind.endsWith(' done'))]).toEqual([200, true]);
    expect(await admitted()).toEqual({ [lost]: [`${INITIATOR}:user`], [shared]: [`${INITIATOR}:user`] });
    expect(kinds(await examine())).toEqual([]);
    expect(await openOperations()).toBe(0);
  });

  it('correct the status of volumes, never their data', async () => {
    server = await createTestApp();
    const { api } = server;
    const [free, held, pending, making, removing] = [
      await api.volume(),
      await api.volume(),
      await api.volume(),
      await api.volume(),
      await api.volume(),
    ];
    const id = await api.attachment(held);
    await setStatus(free, 'in-use');
    await setStatus(held, 'available');
    await api.attachment(pending);
    await setStatus(pending, 'in-use');
    await setStatus(making, 'creating');
    await setStatus(removing, 'deleting');
    expect(kinds(await examine()).sort()).toEqual([
      'stuck-status possible',
      'stuck-status possible',
      'wrong-status possible',
      'wrong-status possible',
      'wrong-status possible',
    ]);
    await repair();
    const statuses = await Promise.all(
      [free, held, pending, making, removing].map((one) => api.volumeStatus(one)),
    );
    expect(statuses).toEqual(['available', 'reserved', 'reserved', 'error', 'error_deleting']);
    for (const one of [free, held, pending, making, removing]) expect(await holds(one)).toBe(true);
    expect((await api.delete(id)).status).toBe(200);
    expect(kinds(await examine())).toEqual([]);
  });

  it('count connections that volume actions have made like those of attachments', async () => {
    server = await createTestApp();
    const { api } = server;
    const [volume, marked] = [await api.volume(), await api.volume()];
    const act = (id: string, body: object) => api.send('POST', `/v3/volumes/${id}/action`, body);
    const initialize = { 'os-initialize_connection': { connector: aConnector('user') } };
    expect((await act(volume, initialize)).status).toBe(200);
    expect(kinds(await examine())).toEqual([]);
    await lose(volume);
    await server.app.get(Reconciler).run();
    expect(await admitted()).toEqual({ [volume]: [`${INITIATOR}:user`] });
    // os-reserve makes no connection.
    expect((await act(marked, { 'os-reserve': {} })).status).toBe(202);
    await expose(marked);
    expect(kinds(await examine())).toEqual(['orphan-export possible']);
  });

  it('report lost volumes, and exports of unknown volumes', async () => {
    server = await createTestApp();
    const { api } = server;
    const volume = await api.volume();
    const stranger = randomUUID();
    await api.attachment(volume, { connector: aConnector() });
    const reserved = await api.volume();
    await api.attachment(reserved);
    for (const one of [volume, reserved])
      await backend().exclusively(one, '', (session) => session.deleteVolume(ref(one)));
    await backend().exclusively(stranger, '', async (session) => {
      await session.createVolume(ref(stranger));
      await session.createExport(ref(stranger), connection('x'));
    });
    const found = kinds(await repair()).sort();
    expect(found).toEqual(['lost-volume manual', 'lost-volume manual', 'unknown-export manual']);
    expect(Object.keys(await admitted())).toEqual([stranger]);
  });

  it('end open work, or say that they could not', async () => {
    server = await createTestApp({ fake: { faults: [{ call: 'removeExport', times: 2 }] } });
    const { api } = server;
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    await api.delete(id);
    expect(kinds(await examine())).toEqual(['open-work possible']);
    expect(kinds(await repair())).toEqual(['open-work failed']);
    expect(kinds(await repair())).toEqual([]);
  });

  it('continue an incomplete repair', async () => {
    const fault = { call: 'removeExport', error: 'UNAVAILABLE', phase: 'after', times: 1 };
    server = await createTestApp({ fake: { faults: [fault] } });
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    const units = server.app.get(UnitOfWork);
    await units.run(({ manager }) => manager.delete(AttachmentEntity, { id }));
    await setStatus(volume, 'available');
    expect(kinds(await repair())).toEqual(['orphan-export failed']);
    expect(await admitted()).toEqual({});
    expect(kinds(await examine())).toEqual(['open-work possible']);
    expect(kinds(await repair())).toEqual([]);
    const row = await units.run(({ manager }) => manager.findOneByOrFail(VolumeEntity, { id: volume }));
    expect(row).toMatchObject({ exportDetails: null });
  });

  it('answer part by part when much is found, and leave nothing out', async () => {
    server = await createTestApp();
    const seeded = await seedAttached(server, 650);
    const orphan = await server.api.volume();
    await expose(orphan);
    const found: string[] = [];
    const sizes: number[] = [];
    for (let marker = ''; ;) {
      const { findings, next_marker: next } = (await server.api.get(`${PATH}${marker}`)).body.consistency;
      found.push(...findings.map((finding: any) => finding.volume_id));
      sizes.push(findings.length);
      if (next === null) break;
      marker = `?marker=${next}`;
    }
    expect(found).toEqual([...seeded, orphan].sort());
    expect(sizes.length).toBeGreaterThan(1);
    for (const odd of ['marker=x', `marker=${orphan}&marker=${orphan}`])
      expect((await server.api.get(`${PATH}?${odd}`)).status).toBe(400);
  });

  it('tell of volumes on a backend that is no longer configured', async () => {
    server = await createTestApp();
    const [volume] = await seedAttached(server, 1, 'former');
    expect((await examine()).body.consistency.findings).toEqual([
      {
        kind: 'unknown-backend',
        volume_id: volume,
        backend: 'former',
        description: expect.stringContaining('backend former, which is not configured'),
        repair: 'manual',
      },
    ]);
  });

  it('promise no repair of work that waits for a backend out of reach', async () => {
    server = await createTestApp();
    const [volume = ''] = await seedAttached(server, 1, 'former');
    await server.app.get(UnitOfWork).run(({ manager }) =>
      manager.insert(OperationEntity, {
        ...{ id: volume, kind: 'remove-export', volumeId: volume, requestId: 'req-1', owner: '' },
        ...{ details: {}, startedAt: '2026-01-01T00:00:00.000000' },
      }),
    );
    const findings = [(await examine()).body, (await repair()).body].map(({ consistency }) =>
      consistency.findings.find(({ kind }: any) => kind === 'open-work'),
    );
    const waiting = expect.stringContaining('is waiting for backend former, which is not configured');
    for (const finding of findings) expect(finding).toMatchObject({ description: waiting, repair: 'manual' });
  });

  it('do not take work in hand for work that is open', async () => {
    server = await createTestApp({ fake: { latency_ms: { deleteVolume: 5 } } });
    const { api } = server;
    const volumes = await Promise.all(Array.from({ length: 12 }, () => api.volume()));
    const deletions = Promise.all(volumes.map((one) => api.send('DELETE', `/v3/volumes/${one}`)));
    const looks: string[] = [];
    const answers = { areIn: false };
    void deletions.finally(() => (answers.areIn = true));
    while (!answers.areIn || (await openOperations()) > 0) looks.push(...kinds(await examine()));
    expect(looks).toEqual([]);
    expect((await deletions).map(({ status }) => status)).toEqual(volumes.map(() => 202));
  });

  it('say what open work waits for', async () => {
    server = await createTestApp({ fake: { faults: [{ call: 'removeExport', error: 'INTERNAL' }] } });
    const { api } = server;
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    await api.delete(id);
    const text = async () => (await examine()).body.consistency.findings[0].description;
    expect(await text()).toContain('is waiting for the next round of reconciliation');
    await server.app.get(Reconciler).run(true);
    expect(await text()).toMatch(/is waiting for its next try in \d+ s \(failed so far: 1\)/);
  });

  it('say what they could not look at', async () => {
    server = await createTestApp({ fake: { faults: [{ call: 'listExports', error: 'UNAVAILABLE' }] } });
    const { body } = await examine();
    expect(body.consistency.unchecked).toEqual([
      { backend: 'fake', reason: expect.stringContaining('scripted fault') },
    ]);
  });

  it('are for admins', async () => {
    server = await createTestApp({ personas: true });
    const member = server.api.as('member,reader');
    expect((await member.get(PATH)).status).toBe(403);
    expect((await member.send('POST', `${PATH}/action`, { repair: null })).status).toBe(403);
    expect((await server.api.get(`/v3/${server.api.project}/clinker-consistency`)).status).toBe(200);
  });
});

describe('clinker doctor', () => {
  it('says by its exit status whether all is well, and repairs on demand', async () => {
    server = await createTestApp();
    const { api, url } = server;
    const volume = await api.volume();
    expect(await runDoctor('--url', url)).toEqual([0, 'No inconsistencies.']);
    await expose(volume);
    const [status, text] = await runDoctor('--url', `${url}/`);
    expect([status, text]).toEqual([1, expect.stringContaining(`exports volume ${volume}`)]);
    expect(Object.keys(await admitted())).toEqual([volume]);
    const [mended, json] = await runDoctor('--url', url, '--repair', '--json');
    expect([mended, JSON.parse(json).consistency.findings[0].repair]).toEqual([0, 'done']);
    expect(await admitted()).toEqual({});
  });

  it('says when something was not mended', async () => {
    server = await createTestApp();
    const { api, url } = server;
    const volume = await api.volume();
    await api.attachment(volume);
    await backend().exclusively(volume, '', (session) => session.deleteVolume(ref(volume)));
    const [status, text] = await runDoctor('--url', url, '--repair');
    expect([status, text]).toEqual([1, expect.stringContaining(`does not have volume ${volume}`)]);
  });

  it('says that it could not check', async () => {
    server = await createTestApp({ fake: { faults: [{ call: 'listExports', error: 'UNAVAILABLE' }] } });
    const [status, text] = await runDoctor('--url', server.url);
    expect([status, text]).toEqual([2, expect.stringContaining('not checked: fake')]);
    const { url } = server;
    await server.stop();
    expect(await runDoctor('--url', url)).toEqual([2, expect.stringContaining('cannot be reached')]);
  });
});
