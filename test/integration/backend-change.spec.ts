import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Config } from '../../src/platform/config/config.schema.js';
import { ENTITIES } from '../../src/app/entities.js';
import { forgetBackend, prospectOf } from '../../src/operator/stranded/forget-backend.js';
import { renameBackend } from '../../src/operator/stranded/rename-backend.js';
import { moveState, stateFolder } from '../../src/operator/stranded/state-folder.js';
import { type Site, withStoppedDatabase } from '../../src/operator/stranded/stopped-database.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { ProcessEntity } from '../../src/operations/process.entity.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector } from '../support/api.js';
import { onServers, onSqlite } from '../support/databases.js';
import { seedAttached } from '../support/seed.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** A short lease: a process that is silent for longer is dead. */
const LEASE_S = 3;

const having = (...names: string[]) => ({
  CLINKER_BACKENDS: JSON.stringify(names.map((name) => ({ name, driver: 'fake' }))),
  CLINKER_DEFAULT_BACKEND: names[0]!,
  CLINKER_PROCESS_LEASE_S: String(LEASE_S),
});

let server: TestApp;
const told: string[] = [];
const siteOf = (config: Config): Site => ({
  config,
  entities: ENTITIES,
  tell: (line) => void told.push(line),
});

beforeEach(async () => {
  told.length = 0;
  server = await createTestApp({ settings: having('old', 'other') });
});
afterEach(() => server.close());

/** Restarts the server with these backends. */
async function startWith(...names: string[]): Promise<void> {
  server = await createTestApp({ settings: having(...names), continueFrom: server });
}

/** The stopped server's configuration with these backends. */
const configured = (...names: string[]) => ({
  ...server.config,
  backends: names.map((name) => ({ name, driver: 'fake', options: {} })),
});

async function rows<T>(sql: string, parameters: readonly string[] = []): Promise<T[]> {
  return server.app.get(Reader, { strict: false }).rows<T>(sql, parameters);
}

async function backendOf(volume: string): Promise<string> {
  const [row] = await rows<{ backend: string }>('SELECT backend FROM volumes WHERE id = ?', [volume]);
  return row?.backend ?? '';
}

async function findings(): Promise<any[]> {
  return (await server.api.get('/v3/clinker-consistency')).body.consistency.findings;
}

describe('clinker backend rename', () => {
  it('moves the volumes with all that belongs to them, and the new backend ends their open work', async () => {
    const { api } = server;
    const volume = await api.volume();
    const attachment = await api.attachment(volume, { connector: aConnector() });
    const going = await api.volume();
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      await manager.update(VolumeEntity, { id: going }, { status: 'deleting' });
      await manager.insert(OperationEntity, {
        ...{ id: going, kind: 'delete-volume', volumeId: going, requestId: 'req-1', owner: '' },
        ...{ details: {}, startedAt: '2026-01-01T00:00:00.000000' },
      });
    });
    await server.stop();
    // Starts under the new name before the volumes are moved: creates the new name's folder.
    await startWith('new', 'other');
    expect((await findings()).filter(({ kind }) => kind === 'unknown-backend')).toHaveLength(2);
    await server.stop();
    const done = await renameBackend(siteOf(configured('new', 'other')), 'old', 'new');
    expect(done).toMatchObject({ volumes: 2, attachments: 1, operations: 1, stranded: [], types: [] });
    expect(done.state.folder).toBe(stateFolder(server.config, 'new'));
    expect(existsSync(stateFolder(server.config, 'old'))).toBe(false);
    await startWith('new', 'other');
    expect(await backendOf(volume)).toBe('new');
    await server.api.get(`/v3/volumes/${going}`);
    while ((await rows('SELECT id FROM operations')).length > 0);
    expect((await server.api.get(`/v3/volumes/${going}`)).status).toBe(404);
    expect(await findings()).toEqual([]);
    expect((await server.api.delete(attachment)).status).toBe(200);
    expect((await server.api.send('DELETE', `/v3/volumes/${volume}`)).status).toBe(202);
    await server.stop();
    // A repetition has nothing left to do.
    const again = await renameBackend(siteOf(configured('new', 'other')), 'old', 'new');
    expect(again).toMatchObject({ volumes: 0, state: { folder: null, aside: null } });
    await startWith('new', 'other');
  });

  it('goes on wherever it was interrupted', async () => {
    const ids = await seedAttached(server, 1200, 'old');
    const stored = await server.api.volume();
    await server.stop();
    await startWith('new', 'other');
    await server.stop();
    const config = configured('new', 'other');
    // The state and some of the volumes are moved.
    const state = await moveState(config, { from: 'old', to: 'new', isInUse: false });
    expect(state.aside).not.toBeNull();
    await withStoppedDatabase(siteOf(config), ({ unitOfWork }) =>
      unitOfWork.run(async ({ manager }) => {
        for (const id of ids.slice(0, 700)) await manager.update(VolumeEntity, { id }, { backend: 'new' });
      }),
    );
    const done = await renameBackend(siteOf(config), 'old', 'new');
    expect(done).toMatchObject({ volumes: 501, attachments: 500, state: { folder: null, aside: null } });
    await startWith('new', 'other');
    const [left] = await rows<{ count: number | string }>(
      "SELECT COUNT(*) AS count FROM volumes WHERE backend = 'old'",
    );
    expect(Number(left?.count)).toBe(0);
    // The driver has its state again: it knows the volume created with it.
    expect((await server.api.create(stored, { connector: aConnector() })).status).toBe(200);
  });

  it('refuses names that cannot be meant', async () => {
    await server.stop();
    const refusal = (from: string, to: string, ...names: string[]) =>
      renameBackend(siteOf(configured(...names)), from, to);
    await expect(refusal('old', 'new', 'old', 'new')).rejects.toThrow('old is still configured');
    await expect(refusal('old', 'new', 'other')).rejects.toThrow(
      'new is not configured. Configured backends: other',
    );
    await expect(refusal('old', 'old', 'other')).rejects.toThrow('the same');
    await startWith('old', 'other');
  });

  it('does not join the states of two backends that have volumes', async () => {
    const volume = await server.api.volume();
    const type = { name: 'other', extra_specs: { volume_backend_name: 'other' } };
    await server.api.send('POST', '/v3/types', { volume_type: type });
    await server.api.volume({ volume_type: 'other' });
    await server.stop();
    await expect(renameBackend(siteOf(configured('other')), 'old', 'other')).rejects.toThrow(
      'both backends have volumes and state of their own',
    );
    await startWith('old', 'other');
    expect(await backendOf(volume)).toBe('old');
  });

  it('names the types that ask for the former name', async () => {
    const type = { name: 'gold', extra_specs: { volume_backend_name: '<or> old <or> older' } };
    expect((await server.api.send('POST', '/v3/types', { volume_type: type })).status).toBe(200);
    await server.stop();
    expect(await renameBackend(siteOf(configured('new', 'other')), 'old', 'new')).toMatchObject({
      types: ['gold'],
    });
    await startWith('new', 'other');
  });
});

describe('the state folder', () => {
  it('keeps aside what a start under the new name has made', async () => {
    await server.stop();
    const config = configured('new');
    for (const name of ['old', 'new']) {
      await mkdir(stateFolder(config, name), { recursive: true });
      await writeFile(join(stateFolder(config, name), 'mark'), name);
    }
    const { folder, aside } = await moveState(config, { from: 'old', to: 'new', isInUse: false });
    expect(await readFile(join(folder ?? '', 'mark'), 'utf8')).toBe('old');
    expect(await readFile(join(aside ?? '', 'mark'), 'utf8')).toBe('new');
    expect((await readdir(join(server.config.data_folder, 'backends'))).sort()).toEqual([
      'new',
      expect.stringMatching(/^new~/),
      'other',
    ]);
    await startWith('old', 'other');
  });
});

describe('clinker backend forget', () => {
  it('shows what is there and changes nothing, then removes it all', async () => {
    const { api } = server;
    const volume = await api.volume({ metadata: { a: 'b' } });
    const attachment = await api.attachment(volume, { connector: aConnector() });
    const legacy = await api.volume();
    await api.send('POST', `/v3/volumes/${legacy}/action`, {
      'os-initialize_connection': { connector: aConnector('host-b') },
    });
    const many = await seedAttached(server, 250, 'old');
    const type = { name: 'other', extra_specs: { volume_backend_name: 'other' } };
    await api.send('POST', '/v3/types', { volume_type: type });
    const kept = await api.volume({ volume_type: 'other' });
    await server.app.get(UnitOfWork).run(({ manager }) =>
      manager.insert(OperationEntity, {
        ...{ id: volume, kind: 'remove-export', volumeId: volume, requestId: 'req-1', owner: '' },
        ...{ details: {}, startedAt: '2026-01-01T00:00:00.000000' },
      }),
    );
    await server.stop();
    const config = configured('other');
    for (let looks = 0; looks < 2; looks += 1) {
      expect(await prospectOf(siteOf(config), 'old')).toEqual({
        usage: { backend: 'old', volumes: 252, attachments: 251, isAtLeast: false },
        node: null,
        stranded: ['old'],
      });
    }
    expect(await forgetBackend(siteOf(config), 'old', null)).toEqual({
      ...{ volumes: 252, attachments: 251, operations: 1, connections: 1, metadata: 1 },
    });
    await startWith('other');
    const owner = server.api.of(api.project);
    expect((await owner.get('/v3/volumes')).body.volumes.map(({ id }: any) => id)).toEqual([kept]);
    expect((await owner.get('/v3/attachments')).body.attachments).toEqual([]);
    const { body } = await owner.get(`/v3/attachments/${attachment}/history`);
    expect(JSON.stringify(body)).toContain('Backend old was removed by the operator');
    const messages = (await owner.get(`/v3/messages?resource_uuid=${many[0]}`)).body.messages;
    expect(messages).toMatchObject([
      { user_message: expect.stringContaining('Backend old was removed by the operator') },
    ]);
    for (const table of ['legacy_connections', 'operations', 'volume_metadata'])
      expect(await rows(`SELECT * FROM ${table}`)).toEqual([]);
    expect(await findings()).toEqual([]);
    await server.stop();
    expect(await forgetBackend(siteOf(config), 'old', null)).toMatchObject({ volumes: 0 });
    await startWith('other');
  });

  it("refuses a volume node's backend unless its name is given, since all nodes are stopped", async () => {
    await server.app
      .get(UnitOfWork)
      .run(({ statements }) =>
        statements.change('INSERT INTO node_backends (name, node, process_id, facts) VALUES (?, ?, ?, ?)', [
          ...['old', 'storage-2', 'dead', '{}'],
        ]),
      );
    await server.stop();
    const site = siteOf(configured('other'));
    expect(await prospectOf(site, 'old')).toMatchObject({ node: 'storage-2', stranded: [] });
    for (const node of [null, 'storage-1'])
      await expect(forgetBackend(site, 'old', node)).rejects.toThrow(
        'backend old belongs to the volume node storage-2. If that node is gone for good, confirm it with --node storage-2',
      );
    for (let repeats = 0; repeats < 2; repeats += 1) await forgetBackend(site, 'old', 'storage-2');
    expect(await prospectOf(site, 'old')).toMatchObject({ node: null });
    await startWith('old', 'other');
  });

  it('refuses a backend that is configured', async () => {
    await server.stop();
    await expect(forgetBackend(siteOf(configured('old')), 'old', null)).rejects.toThrow('old is configured');
    await expect(prospectOf(siteOf(configured('old')), 'old')).rejects.toThrow('old is configured');
    await startWith('old', 'other');
  });
});

describe('a server that lives', () => {
  it('keeps both from changing anything', async () => {
    const volume = await server.api.volume();
    const config = configured('new', 'other');
    await expect(renameBackend(siteOf(config), 'old', 'new')).rejects.toThrow(
      'a server is using the database',
    );
    await expect(forgetBackend(siteOf(config), 'old', null)).rejects.toThrow(
      'a server is using the database',
    );
    expect(await backendOf(volume)).toBe('old');
    expect(existsSync(stateFolder(server.config, 'old'))).toBe(true);
  });

  onSqlite(it)('is none where there is no database', async () => {
    await server.stop();
    const elsewhere = {
      ...configured('new'),
      database_url: `sqlite:${server.config.data_folder}/none.sqlite`,
    };
    await expect(renameBackend(siteOf(elsewhere), 'old', 'new')).rejects.toThrow(
      'none.sqlite does not exist',
    );
    expect(existsSync(`${server.config.data_folder}/none.sqlite`)).toBe(false);
    await startWith('old', 'other');
  });

  onServers(it)('is told from one that has died elsewhere by its silence', async () => {
    const volume = await server.api.volume();
    await server.app.get(UnitOfWork).run(({ manager }) =>
      manager.insert(ProcessEntity, {
        ...{ id: 'dead', startedAt: '2026-01-01T00:00:00.000000' },
        ...{ renewedAt: '2026-01-01T00:00:00.000000', place: null },
      }),
    );
    await server.stop();
    expect(await renameBackend(siteOf(configured('new', 'other')), 'old', 'new')).toMatchObject({
      volumes: 1,
    });
    expect(told).toEqual([expect.stringContaining(`dead after ${String(LEASE_S)} s without a heartbeat`)]);
    await startWith('new', 'other');
    expect(await backendOf(volume)).toBe('new');
  });

  onServers(it)('stops what has begun when it signs on meanwhile', async () => {
    const config = configured('new', 'other');
    await server.stop();
    const work = withStoppedDatabase(siteOf(config), async ({ unitOfWork }) => {
      await unitOfWork.run(({ manager }) =>
        manager.insert(ProcessEntity, {
          ...{ id: 'late', startedAt: '2026-01-01T00:00:00.000000' },
          ...{ renewedAt: '2026-01-01T00:00:00.000000', place: null },
        }),
      );
      await unitOfWork.run(() => Promise.resolve());
    });
    await expect(work).rejects.toThrow('a server is using the database');
    await startWith('old', 'other');
  });

  onServers(it)('waits with its start', async () => {
    const config = configured('old', 'other');
    await server.stop();
    const order: string[] = [];
    const starting = await withStoppedDatabase(siteOf(config), async ({ unitOfWork }) => {
      const start = startWith('old', 'other').then(() => void order.push('the server has started'));
      for (let units = 0; units < 300; units += 1)
        await unitOfWork.run(({ manager }) => manager.query('SELECT 1'));
      order.push('the work is done');
      return { start };
    });
    await starting.start;
    expect(order).toEqual(['the work is done', 'the server has started']);
  });
});
