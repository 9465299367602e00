import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { aConnector } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { launch } from '../support/launched.js';
import { seedAttached } from '../support/seed.js';
import { type ServerProcess, startServer } from '../support/server-process.js';
import { createTestApp } from '../support/test-app.js';

const VOLUMES = 3000;

let folder: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-backend-'));
});
afterEach(async () => {
  await server?.end('SIGKILL');
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const having = (name: string) => ({ CLINKER_BACKENDS: JSON.stringify([{ name, driver: 'fake' }]) });

const start = async (name: string) => (server = await startServer(folder, having(name)));

async function stop(): Promise<void> {
  await server?.end('SIGTERM');
  server = undefined;
}

function launched(data: string, args: readonly string[], name: string) {
  return launch({
    folder: data,
    args: ['backend', ...args],
    program: 'cli/main.js',
    settings: having(name),
  });
}

async function command(args: readonly string[], name = 'new') {
  const child = await launched(folder, args, name);
  const status = await child.ended;
  return { status, ...child.output };
}

/** Number of a backend's volumes, read by another process than the command. */
function countOn(file: string, backend: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
    const sql = 'SELECT COUNT(*) AS count FROM volumes WHERE backend = ?';
    database.get<{ count: number }>(sql, [backend], (error, row) => {
      database.close(() => (error === null ? resolve(row.count) : reject(error)));
    });
  });
}

onSqlite(describe)('clinker backend', () => {
  it('says what it did, and with which database', async () => {
    const { api } = await start('old');
    const volume = await api.volume();
    const attachment = await api.attachment(volume);
    const busy = await command(['rename', 'old', 'new']);
    expect([busy.status, busy.stdout]).toEqual([1, '']);
    expect(busy.stderr).toMatch(/^clinker backend: a server is using the database .*Stop every server/);
    await stop();
    const file = join(folder, 'clinker.sqlite');
    expect(await command(['rename', 'old', 'new'])).toEqual({
      status: 0,
      stdout:
        `In the database ${file} volumes: 1, attachments: 1, open work: 0 were moved from backend old to new.\n` +
        `The state of the driver is now in ${join(folder, 'backends', 'new')}.\n`,
      stderr: '',
    });
    const after = (await start('new')).api;
    expect((await after.update(attachment)).status).toBe(200);
    await stop();
    const look = await command(['forget', 'new'], 'newer');
    expect([look.status, look.stderr]).toEqual([0, '']);
    expect(look.stdout).toContain(
      'has volumes: 1, attachments: 1 on backend new. Nothing was changed; --yes',
    );
    expect(await countOn(file, 'new')).toBe(1);
    const gone = await command(['forget', 'new', '--yes'], 'newer');
    expect(gone).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('volumes: 1, attachments: 1, open work: 0'),
    });
    expect(await countOn(file, 'new')).toBe(0);
  });

  it('refuses what it does not understand', async () => {
    for (const args of [
      [],
      ['rename', 'old'],
      ['rename', 'old', 'new', 'more'],
      ['rename', '--yes', 'old', 'new'],
      ['rename', '../old', 'new'],
      ['forget'],
      ['forget', 'old', 'new'],
      ['forget', 'old', '--no'],
    ]) {
      const { status, stderr } = await command(args);
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^clinker backend: .+ \(see clinker backend --help\)\n$/),
      ]);
    }
  });

  it('ends right after it was killed in the middle and repeated', async () => {
    const before = await createTestApp({ settings: having('old') });
    await seedAttached(before, VOLUMES, 'old');
    const stored = await before.api.volume();
    await before.stop();
    const data = before.config.data_folder;
    const file = join(data, 'clinker.sqlite');
    const first = await launched(data, ['rename', 'old', 'new'], 'new');
    const end = { isReached: false };
    void first.ended.then(() => (end.isReached = true));
    while (!end.isReached && (await countOn(file, 'new')) === 0);
    first.kill('SIGKILL');
    await first.ended;
    const second = await launched(data, ['rename', 'old', 'new'], 'new');
    expect(await second.ended).toBe(0);
    expect([await countOn(file, 'old'), await countOn(file, 'new')]).toEqual([0, VOLUMES + 1]);
    const after = await createTestApp({ settings: having('new'), continueFrom: before });
    try {
      // The driver has its state: it knows the volume.
      expect((await after.api.create(stored, { connector: aConnector() })).status).toBe(200);
    } finally {
      await after.close();
    }
  });
});
