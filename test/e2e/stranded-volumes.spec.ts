import { afterEach, describe, expect, it } from '@jest/globals';
import { BackgroundReader, Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { strandedBackends } from '../../src/operator/stranded/stranded.reader.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const ADVICE = expect.stringMatching(/Backend old is not configured\. .*clinker backend rename/);

let server: TestApp;

afterEach(() => server.close());

/** Settings with these backends. */
const having = (...names: string[]) => ({
  CLINKER_BACKENDS: JSON.stringify(names.map((name) => ({ name, driver: 'fake' }))),
  CLINKER_DEFAULT_BACKEND: names[0] ?? '',
});

/** A server whose backend `old` is no longer configured; `make` first creates volumes on it. */
async function withoutOld<T>(make: (server: TestApp) => Promise<T>): Promise<T> {
  const before = await createTestApp({ settings: having('old', 'other') });
  const made = await make(before);
  await before.stop();
  server = await createTestApp({ settings: having('new', 'other'), continueFrom: before });
  return made;
}

function warnings(): any[] {
  return server.log.map((line) => JSON.parse(line)).filter(({ level }: any) => level === 'warn');
}

async function openKinds(): Promise<string[]> {
  const rows = await server.app
    .get(Reader, { strict: false })
    .rows<{ kind: string }>('SELECT kind FROM operations ORDER BY kind', []);
  return rows.map(({ kind }) => kind);
}

describe('volumes on a backend that is no longer configured', () => {
  it('are logged at start with their counts, and so are the types that name it', async () => {
    await withoutOld(async ({ api }) => {
      const volume = await api.volume();
      await api.attachment(volume, { connector: aConnector() });
      await api.volume();
      for (const name of ['old', 'other']) {
        const type = { name: `on-${name}`, extra_specs: { volume_backend_name: name } };
        expect((await api.send('POST', '/v3/types', { volume_type: type })).status).toBe(200);
      }
      await api.volume({ volume_type: 'on-other' });
    });
    await server.app.get(BackgroundWork, { strict: false }).idle();
    expect(warnings().filter(({ backend }) => backend !== undefined)).toMatchObject([
      {
        backend: 'old',
        volumes: 2,
        attachments: 1,
        isAtLeast: false,
        msg: expect.stringContaining('clinker backend rename'),
      },
    ]);
    const { findings, unchecked } = (await server.api.get('/v3/clinker-consistency')).body.consistency;
    expect(findings.map(({ kind }: any) => kind)).toEqual(['unknown-backend', 'unknown-backend']);
    expect(unchecked).toEqual([
      { backend: 'old', reason: 'It is not configured and has volumes: 2, attachments: 1.' },
    ]);
    expect(warnings().filter(({ types }) => types !== undefined)).toMatchObject([
      { count: 1, types: ['on-old'] },
    ]);
  });

  it('are found in one step for each backend', async () => {
    await withoutOld(async ({ api }) => {
      for (let count = 0; count < 5; count += 1) await api.volume();
    });
    await server.api.volume();
    const reader = server.app.get(BackgroundReader, { strict: false });
    let steps = 0;
    const counted = {
      rows: (sql: string, parameters: readonly string[]) => {
        steps += 1;
        return reader.rows(sql, parameters);
      },
    } as unknown as Reader;
    expect(await strandedBackends(counted, ['new', 'other'])).toEqual(['old']);
    // One step for `new`, one for `old`, and one that finds no further name.
    expect(steps).toBe(3);
  });

  it('stay as they are, and the refusals say what can be done', async () => {
    const { volume, free, attachment } = await withoutOld(async ({ api }) => {
      const made = { volume: await api.volume(), free: await api.volume(), attachment: '' };
      made.attachment = await api.attachment(made.volume, { connector: aConnector() });
      await api.complete(made.attachment);
      return made;
    });
    const { api } = server;
    const action = (id: string, body: object) => api.send('POST', `/v3/volumes/${id}/action`, body);
    const refused = [
      await api.delete(attachment),
      await api.update(attachment),
      await api.create(free, { connector: aConnector() }),
      await action(volume, { 'os-force_detach': { attachment_id: attachment } }),
      await action(volume, { 'os-detach': {} }),
      await action(free, { 'os-initialize_connection': { connector: aConnector() } }),
      await action(free, { 'os-terminate_connection': { connector: aConnector() } }),
      await action(free, { 'os-extend': { new_size: 2 } }),
    ];
    expect(refused.map(({ status, message }) => ({ status, message }))).toEqual(
      refused.map(() => ({ status: 409, message: ADVICE })),
    );
    for (const deletion of [
      await api.send('DELETE', `/v3/volumes/${free}`),
      await action(free, { 'os-force_delete': {} }),
    ]) {
      expect(deletion).toMatchObject({ status: 400, message: ADVICE });
    }
    expect(await api.volumeStatus(free)).toBe('available');
    expect(await api.volumeStatus(volume)).toBe('in-use');
    expect((await api.show(attachment)).body.attachment.status).toBe('attached');
    expect(await openKinds()).toEqual([]);
    // Work that needs no backend continues.
    const reservation = await api.attachment(free);
    expect((await api.delete(reservation)).status).toBe(200);
  });

  it('keep their open work, which waits without being tried, and is reported', async () => {
    const volumes = await withoutOld(async (before) => {
      const making = await before.api.volume();
      const going = await before.api.volume();
      const growing = await before.api.volume();
      await before.app.get(UnitOfWork).run(async ({ manager }) => {
        for (const [volumeId, kind, status] of [
          [making, 'create-volume', 'creating'],
          [going, 'delete-volume', 'deleting'],
          [growing, 'extend-volume', 'extending'],
        ] as const) {
          await manager.update(VolumeEntity, { id: volumeId }, { status });
          await manager.insert(OperationEntity, {
            ...{ id: volumeId, kind, volumeId, requestId: 'req-1', owner: '' },
            ...{ details: { sizeGib: 2 }, startedAt: '2026-01-01T00:00:00.000000' },
          });
        }
      });
      return { making, going, growing };
    });
    const reconciler = server.app.get(Reconciler);
    await reconciler.run(true);
    await reconciler.run(true);
    expect(await openKinds()).toEqual(['create-volume', 'delete-volume', 'extend-volume']);
    expect(await server.api.volumeStatus(volumes.making)).toBe('creating');
    expect(await server.api.volumeStatus(volumes.going)).toBe('deleting');
    expect(await server.api.volumeStatus(volumes.growing)).toBe('extending');
    expect(server.log.join('')).not.toContain('open work could not be finished yet');
    const told = warnings().filter(({ msg }) => msg.includes('its open work waits until it is'));
    expect(told).toMatchObject([{ backend: 'old' }]);
    const { findings } = (await server.api.get('/v3/clinker-consistency')).body.consistency;
    expect(
      findings.filter(({ kind }: any) => kind === 'open-work').map((one: any) => one.description),
    ).toEqual(
      [1, 2, 3].map(() => expect.stringContaining('is waiting for backend old, which is not configured')),
    );
    expect(findings.filter(({ kind }: any) => kind === 'unknown-backend')).toHaveLength(3);
  });
});
