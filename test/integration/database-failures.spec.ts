import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/common/errors.js';
import { type Tx, UnitOfWork } from '../../src/database/unit-of-work.js';
import { explainDatabaseFailure } from '../../src/database/database-failure.js';
import { BackupRefused, backUpSqlite } from '../../src/database/sqlite-backup.js';
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

/** Sends a PRAGMA to the writer's connection outside of a unit, which a database that is read-only would refuse. */
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

describe('errors of the database', () => {
  it.each([
    ['SQLITE_IOERR', 'the storage below it reports an error'],
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
