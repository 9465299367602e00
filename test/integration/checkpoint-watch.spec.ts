import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { CheckpointWatch } from '../../src/platform/database/checkpoint-watch.js';
import { isSqlite, onlyIf } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const run = promisify(execFile);
const GROWS = 'the WAL of the database grows';
const FAILS = 'the WAL of the database cannot be checkpointed';
const WELL = 'the WAL of the database is checkpointed again';

const folder = await mkdtemp(join(tmpdir(), 'clinker-wal-'));
const isMounted =
  isSqlite &&
  (await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  ));
if (!isMounted) await rm(folder, { recursive: true });
const onSmallDisk = onlyIf(isMounted, it, 'it needs SQLite and the right to mount a tmpfs');

let server: TestApp | undefined;

beforeAll(async () => {
  if (!isMounted) return;
  server = await createTestApp({ settings: { DATABASE_URL: `sqlite:${join(folder, 'clinker.sqlite')}` } });
});
afterAll(async () => {
  await server?.close();
  if (!isMounted) return;
  await run('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});

function told(text: string): number {
  return server?.log.filter((line) => line.includes(text)).length ?? -1;
}

onSmallDisk('a log that a reader holds back is told once, and its end', async () => {
  const watch = server?.app.get(CheckpointWatch);
  const reader = new sqlite3.Database(join(folder, 'clinker.sqlite'));
  const execute = promisify(reader.exec.bind(reader));
  await execute('BEGIN; SELECT COUNT(*) FROM volumes');
  for (let count = 0; count < 3; count += 1) await server?.api.volume();
  await watch?.look(1, 1);
  await watch?.look(1, 1);
  expect([told(GROWS), told(WELL)]).toEqual([1, 0]);
  await execute('COMMIT');
  await watch?.look(1, 1);
  expect([told(GROWS), told(WELL)]).toEqual([1, 1]);
  reader.close();
});

onSmallDisk('a log that the disk has no room for is told with the reason', async () => {
  const watch = server?.app.get(CheckpointWatch);
  const ballast = join(folder, 'ballast');
  for (let count = 0; count < 40; count += 1)
    await server?.api.send('POST', '/v3/volumes', { volume: { size: 1, description: 'x'.repeat(255) } });
  await writeFile(ballast, Buffer.alloc(8 * 1024 * 1024)).catch(() => undefined);
  await watch?.look(1, 1);
  expect(told(FAILS)).toBe(1);
  expect(server?.log.find((line) => line.includes(FAILS))).toContain('SQLITE_FULL');
  await rm(ballast);
  await watch?.look(1, 1);
  expect(told(WELL)).toBe(2);
});
