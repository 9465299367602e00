import { readFileSync, rmSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../contract/index.js';
import type { FakeVolume } from './fake-volume.js';
import type { Sqlite, Statement } from './sqlite.js';

/** A volume's file of an earlier release. It left a `.tmp` file when it was killed during a write. */
const FILE = /^([0-9a-f-]{36})\.json(\.tmp)?$/i;

/**
 * Number of files held in memory at once. They are read and removed synchronously: the server accepts no requests yet,
 * and asynchronous calls would take ten times as long for a million files.
 */
const BATCH = 250;

const VOLUMES = `INSERT INTO volumes (id, size_gib)
  SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`;
const EXPORTS = `INSERT INTO exports (volume_id, target)
  SELECT value ->> 0, value ->> 2 FROM json_each(?) WHERE value ->> 2 IS NOT NULL ON CONFLICT DO NOTHING`;

type Row = readonly [id: string, sizeGib: number, target: string | null];

/**
 * Imports the volumes that an earlier release left in the folder, one JSON file each, and removes the files. After an
 * interruption it continues where it stopped: a file is removed only after its volume is stored, and storing it again
 * has no effect.
 * @throws DriverError naming a file that cannot be read. The caller must then close the database.
 */
export async function takeOverEarlierFiles(folder: string, database: Sqlite): Promise<void> {
  const inserts = [await database.prepare(VOLUMES), await database.prepare(EXPORTS)];
  // Repeat until no file is found: a listing may be incomplete while the folder changes.
  for (let isDone = false; !isDone;) {
    isDone = true;
    for await (const names of batchesIn(folder)) {
      isDone = false;
      await takeOver(folder, names, database, inserts);
    }
  }
}

async function* batchesIn(folder: string): AsyncGenerator<readonly string[]> {
  let names: string[] = [];
  for await (const { name } of await opendir(folder, { bufferSize: BATCH })) {
    if (FILE.test(name)) names.push(name);
    if (names.length < BATCH) continue;
    yield names;
    names = [];
  }
  if (names.length > 0) yield names;
}

async function takeOver(
  folder: string,
  names: readonly string[],
  database: Sqlite,
  inserts: readonly Statement[],
): Promise<void> {
  // Begin before the files are read: another server that has imported them too could delete a volume meanwhile.
  await database.run('BEGIN IMMEDIATE');
  const rows = names.map((name) => readRow(folder, name));
  const given = JSON.stringify(rows.filter((row) => row !== null));
  for (const insert of inserts) await insert.change(given);
  await database.run('COMMIT');
  for (const name of names) rmSync(join(folder, name), { force: true });
}

/** Returns the file's volume; null if the file is incomplete or no longer exists. */
function readRow(folder: string, name: string): Row | null {
  const [, id, unfinished] = FILE.exec(name) ?? [];
  if (id === undefined || unfinished !== undefined) return null;
  const file = join(folder, name);
  try {
    const volume = JSON.parse(readFileSync(file, 'utf8')) as FakeVolume;
    if (typeof volume.sizeGib !== 'number') throw new Error('it has no size');
    return [id, volume.sizeGib, volume.export === null ? null : JSON.stringify(volume.export)];
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') return null;
    const advice = 'restore it, or remove it to forget the volume';
    throw new DriverError('INTERNAL', `${file} cannot be read; ${advice}`, { cause });
  }
}
