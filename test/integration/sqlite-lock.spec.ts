import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseInUse, SqliteLock } from '../../src/platform/database/sqlite-lock.js';
import { onSqlite } from '../support/databases.js';
import { createTestApp } from '../support/test-app.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process that takes the lock, reports it, and holds it. */
const HOLDER = `
  import sqlite3 from 'sqlite3';
  const database = new sqlite3.Database(process.argv[1]);
  database.exec('BEGIN EXCLUSIVE', (error) => console.log(error ?? 'held'));
  // A database that nothing refers to is closed when memory is collected.
  setInterval(() => database, 1000);
`;

describe('the lock of an SQLite file', () => {
  onSqlite(it)('keeps a second server off, and lets one in after the first', async () => {
    const first = await createTestApp();
    const aliased = join(folder, 'alias.sqlite');
    await symlink(String(first.config.database_url).replace('sqlite:', ''), aliased);
    const settings = { DATABASE_URL: `sqlite:${aliased}`, CLINKER_DATA_FOLDER: folder };
    await expect(createTestApp({ settings })).rejects.toThrow(DatabaseInUse);
    expect((await first.api.get('/v3/volumes')).status).toBe(200);
    await first.stop();
    const second = await createTestApp({ continueFrom: first });
    await second.close();
  });

  it('ends with a process that is killed', async () => {
    const file = join(folder, 'some.sqlite');
    const arguments_ = ['--input-type=module', '-e', HOLDER, `${file}.lock`];
    const holder = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(holder, 'exit');
    try {
      const [said] = await once(holder.stdout, 'data');
      expect(String(said)).toBe('held\n');
      await expect(SqliteLock.take(file)).rejects.toThrow('Another server has the database');
    } finally {
      holder.kill('SIGKILL');
    }
    await ended;
    await (await SqliteLock.take(file)).release();
  });
});
