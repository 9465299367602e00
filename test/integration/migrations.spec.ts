import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, QueryRunner } from 'typeorm';
import { ENTITIES } from '../../src/app/entities.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createWriter, dialectOf } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { Turns } from '../../src/platform/database/turns.js';
import { migrations } from '../../src/platform/database/migrations/index.js';
import { serverConnection } from '../../src/platform/database/read-connection.js';
import { Reader, type SqlValue } from '../../src/platform/database/reader.js';
import { emptyDatabaseUrl, onServers } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const VOLUME = '11111111-1111-4111-8111-111111111111';
const RESERVED = '22222222-2222-4222-8222-222222222222';
const CONNECTED = '33333333-3333-4333-8333-333333333333';
const AT = '2026-01-31T12:00:00.000000';

let folder: string;
let url: string;
let server: TestApp | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-migrations-'));
  url = await emptyDatabaseUrl(join(folder, 'clinker.sqlite'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({ DATABASE_URL: url, CLINKER_DATA_FOLDER: folder });

/** Runs `work` on a database with only the first `count` migrations. */
async function atSchema(
  count: number,
  work: (
    source: DataSource,
    insert: (table: string, row: Record<string, SqlValue>) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const config = loadConfig(settings(), folder);
  const source = createWriter(config, ENTITIES).setOptions({ migrations: migrations.slice(0, count) });
  await source.initialize();
  try {
    await source.runMigrations();
    const writer = new Reader(new Turns([serverConnection(source)], { waitMs: 10_000 }), dialectOf(config));
    await work(source, async (table, row) => {
      const columns = Object.keys(row);
      const values = columns.map(() => '?').join(', ');
      await writer.rows(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values})`,
        Object.values(row),
      );
    });
  } finally {
    await source.destroy();
  }
}

const volume: Record<string, SqlValue> = {
  ...{ id: VOLUME, project_id: 'p1', user_id: 'kim', name: 'kept', size: 3, status: 'in-use' },
  ...{ attach_status: 'attached', multiattach: true, bootable: false, readonly: false, backend: 'fake' },
  ...{ availability_zone: 'nova', created_at: AT },
};

const attachment = (id: string, more: Record<string, SqlValue>): Record<string, SqlValue> => ({
  ...{
    id,
    volume_id: VOLUME,
    project_id: 'p1',
    attach_status: 'reserved',
    connection_info: '{}',
    created_at: AT,
  },
  ...more,
});

const connected = {
  attach_status: 'attached',
  attach_mode: 'rw',
  attach_time: AT,
  attached_host: 'host-a',
  connection_info: '{"driver_volume_type":"iscsi","auth_password":"of-the-old-release"}',
  connector: '{"host":"host-a","initiator":"iqn.1994-05.com.example:host-a"}',
};

describe('a database of an earlier release', () => {
  // Every schema ever released, including the current one.
  it.each(migrations.map(({ name }, index) => [name, index + 1] as const))(
    'of the time of %s keeps its rows, and is served',
    async (_, count) => {
      await atSchema(count, async (__, insert) => {
        await insert('volumes', volume);
        await insert('volume_metadata', { volume_id: VOLUME, meta_key: 'k', meta_value: 'v' });
        await insert('attachments', attachment(RESERVED, {}));
        await insert('attachments', attachment(CONNECTED, connected));
      });
      server = await createTestApp({ settings: settings() });
      const api = server.api.of('p1');
      const shown = (await api.get(`/v3/volumes/${VOLUME}`)).body.volume;
      expect(shown).toMatchObject({ name: 'kept', size: 3, status: 'in-use', metadata: { k: 'v' } });
      expect((await api.show(CONNECTED)).body.attachment).toMatchObject({
        status: 'attached',
        attached_at: AT,
        connection_info: { auth_password: 'of-the-old-release' },
      });
      const { history } = (await api.get(`/v3/attachments/${CONNECTED}/history`)).body;
      expect(history).toMatchObject({ status: 'attached', events: [] });
      const left = await api.delete(RESERVED);
      expect(left.body.attachments.map(({ id }: any) => id)).toEqual([CONNECTED]);
      expect(await api.volumeStatus(await api.volume())).toBe('available');
    },
  );
});

/** Runs a migration as the server does, up to its n-th statement. @returns whether it had that many. */
async function cutOff(source: DataSource, index: number, at: number): Promise<boolean> {
  const runner = source.createQueryRunner();
  const query = runner.query.bind<QueryRunner['query']>(runner);
  let count = 0;
  let isArmed = false;
  runner.query = (...args: Parameters<QueryRunner['query']>) => {
    if (isArmed && !args[0].startsWith('SELECT')) count += 1;
    return isArmed && count === at ? Promise.reject(new Error('cut off')) : query(...args);
  };
  await runner.startTransaction();
  isArmed = true;
  const isCutOff = await source.migrations[index]?.up(runner).then(
    () => false,
    () => true,
  );
  isArmed = false;
  await runner.rollbackTransaction();
  await runner.release();
  return isCutOff === true;
}

describe('a migration that was cut off', () => {
  it.each(migrations.map(({ name }, index) => [name, index] as const))(
    'at each statement of %s, one after the other, is finished by the next start',
    async (_, index) => {
      await atSchema(index, () => Promise.resolve());
      const source = await createWriter(loadConfig(settings(), folder), ENTITIES).initialize();
      try {
        for (let at = 1; await cutOff(source, index, at); at += 1);
        await migrate(source);
        expect(await source.showMigrations()).toBe(false);
      } finally {
        await source.destroy();
      }
    },
  );
});

onServers(describe)('an empty database', () => {
  it('is set up once by servers that start at the same time', async () => {
    const servers = await Promise.all(
      Array.from({ length: 3 }, () => createTestApp({ settings: { ...settings(), PORT: '0' } })),
    );
    for (const { api } of servers) expect((await api.get('/v3/volumes')).status).toBe(200);
    await Promise.all(servers.map((one) => one.stop()));
  });
});

describe('a database of a newer release', () => {
  it('is refused, with the migration that is not known, and is not changed', async () => {
    await atSchema(migrations.length, (_, insert) =>
      insert('migrations', { timestamp: 4102444800000, name: 'FromTheFuture4102444800000' }),
    );
    await expect(createTestApp({ settings: settings() })).rejects.toThrow(
      /newer release of Clinker \(unknown migration FromTheFuture4102444800000\)/,
    );
  });
});
