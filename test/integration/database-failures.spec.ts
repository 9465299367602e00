import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/platform/errors.js';
import { type Tx, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { explainDatabaseFailure } from '../../src/platform/database/database-failure.js';
import { BackupRefused, backUpSqlite } from '../../src/platform/database/sqlite-backup.js';
import { onSqlite } from '../support/databases.js';
import type { Answer } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let writer: Tx['manager'];

beforeEach(async () => {
  server = await createTestApp();
  writer = await server.app.get(UnitOfWork).run(({ manager }) => Promise.resolve(manager));
});
afterEach(() => server.close());

/** Sends a PRAGMA on the writer's connection outside a transaction, which a read-only database would refuse. */
async function pragma(text: string): Promise<void> {
  await writer.query(`PRAGMA ${text}`);
}

onSqlite(describe)('on a database that is full', () => {
  it('a write says so, reads go on, nothing acknowledged is lost, and writes work once there is space', async () => {
    const { api } = server;
    await pragma('max_page_count = 1');
    const acknowledged: string[] = [];
    const create = (): Promise<Answer> =>
      api.send('POST', '/v3/volumes', { volume: { size: 1, description: 'x'.repeat(255) } });
    let refused = await create();
    while (refused.status === 202) {
      acknowledged.push(refused.body.volume.id);
      refused = await create();
    }
    expect(refused.status).toBe(503);
    expect(refused.message).toContain('The database is full');
    expect(refused.headers.get('Retry-After')).toBe('5');
    for (const id of acknowledged) expect((await api.get(`/v3/volumes/${id}`)).status).toBe(200);
    await pragma('max_page_count = 1000000');
    expect(await api.volumeStatus(await api.volume())).toBe('available');
  });
});

onSqlite(describe)('on a database that is read-only', () => {
  it('a write says so, reads go on, and writes work once it is writable', async () => {
    const { api } = server;
    const volume = await api.volume();
    await pragma('query_only = 1');
    const refused = await api.create(volume);
    expect([refused.status, refused.message]).toEqual([
      503,
      expect.stringContaining('The database is read-only'),
    ]);
    expect(await api.volumeStatus(volume)).toBe('available');
    await pragma('query_only = 0');
    expect((await api.create(volume)).status).toBe(200);
  });
});

onSqlite(describe)('on a file that cannot be read in full', () => {
  it('a read says so, and the server goes on', async () => {
    const { api, config } = server;
    for (let count = 0; count < 30; count += 1) await api.volume({ description: 'x'.repeat(255) });
    await pragma('wal_checkpoint(TRUNCATE)');
    const file = config.database_url?.replace('sqlite:', '') ?? '';
    const handle = await open(file, 'r+');
    const { size } = await handle.stat();
    const page = Buffer.alloc(4096, 0xff);
    for (let at = 4096; at < size; at += 4096) await handle.write(page, 0, 4096, at);
    await handle.close();
    // Repeats until the pages read before are no longer cached.
    let answer = await api.get('/v3/volumes/detail');
    for (let tries = 0; answer.status === 200 && tries < 10; tries += 1)
      answer = await api.get('/v3/volumes/detail');
    expect([answer.status, answer.message]).toEqual([
      503,
      expect.stringContaining('the storage below it reports an error'),
    ]);
    expect((await fetch(`${server.url}/healthcheck`)).status).toBe(200);
  });
});

describe('errors of the database', () => {
  it.each([
    ['SQLITE_IOERR', 'the storage below it reports an error'],
    ['SQLITE_CORRUPT', 'the storage below it reports an error'],
    ['SQLITE_NOTADB', 'the storage below it reports an error'],
    ['XX001', 'the storage below it reports an error'],
    ['55P03', 'another session has locked'],
    ['57014', 'The database is busy'],
    ['25P03', 'The connection to the database is lost'],
    ['28P01', 'The database rejects this server'],
    ['ETIMEDOUT', 'The database does not answer'],
    ['57P01', 'The connection to the database is lost'],
    ['ECONNREFUSED', 'The connection to the database is lost'],
    ['ER_DISK_FULL', 'The database is full'],
    ['ER_LOCK_DEADLOCK', 'The database is busy'],
  ])('%s is told as what it is', (code, text) => {
    const explained = explainDatabaseFailure(Object.assign(new Error('secret path'), { code }));
    expect(explained).toBeInstanceOf(Unavailable);
    expect((explained as Error).message).toContain(text);
    expect((explained as Error).message).not.toContain('secret');
  });

  it('that are about the statement stay as they are', () => {
    const error = Object.assign(new Error('unique'), { code: 'SQLITE_CONSTRAINT' });
    expect(explainDatabaseFailure(error)).toBe(error);
  });
});

onSqlite(describe)('a backup', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clinker-backup-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('of a running server holds what was acknowledged, and a server starts on it', async () => {
    const { api, config } = server;
    const id = await api.attachment(await api.volume());
    const later = Promise.all([api.volume(), api.volume(), api.volume()]);
    const file = join(folder, 'copy.sqlite');
    await backUpSqlite(config, file);
    await later;
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const restored = await createTestApp({
      settings: { DATABASE_URL: `sqlite:${file}`, CLINKER_DATA_FOLDER: config.data_folder },
    });
    const answer = await restored.api.of(api.project).show(id);
    await restored.stop();
    expect(answer.status).toBe(200);
  });

  it('does not replace a file', async () => {
    const file = join(folder, 'copy.sqlite');
    await backUpSqlite(server.config, file);
    await expect(backUpSqlite(server.config, file)).rejects.toThrow(BackupRefused);
  });
});
