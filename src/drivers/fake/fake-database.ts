import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverError, isDriverError } from '../contract/index.js';
import { takeOverEarlierFiles } from './earlier-files.js';
import { isBusy, Sqlite, type Statement } from './sqlite.js';

/** The file in the state folder. `-wal` and `-shm` files exist beside it while it is open, and after a crash. */
const FILE = 'volumes.sqlite';

/** The file contains CHAP passwords. SQLite creates its other files with the same mode. */
const OWNER_ONLY = 0o600;

/** Milliseconds that one server waits for another one using the same folder. */
const BUSY_MS = 5000;
const OPENING = { attempts: 100, pauseMs: 50 };

/** No fsync: the operating system keeps the writes of a killed process. */
const MODES = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;';

/** Exports have their own table, so that listing them reads nothing else and changing one writes one page. */
const SCHEMA = `BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS volumes (id TEXT PRIMARY KEY NOT NULL, size_gib INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS exports (volume_id TEXT PRIMARY KEY NOT NULL, target TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS capacity (id INTEGER PRIMARY KEY CHECK (id = 1), used_gib INTEGER NOT NULL);
  INSERT OR IGNORE INTO capacity VALUES (1, 0);
  CREATE TRIGGER IF NOT EXISTS volume_made AFTER INSERT ON volumes BEGIN
    UPDATE capacity SET used_gib = used_gib + NEW.size_gib;
  END;
  CREATE TRIGGER IF NOT EXISTS volume_grown AFTER UPDATE OF size_gib ON volumes BEGIN
    UPDATE capacity SET used_gib = used_gib + NEW.size_gib - OLD.size_gib;
  END;
  CREATE TRIGGER IF NOT EXISTS volume_removed AFTER DELETE ON volumes BEGIN
    UPDATE capacity SET used_gib = used_gib - OLD.size_gib;
    DELETE FROM exports WHERE volume_id = OLD.id;
  END;
  COMMIT;`;

const STATEMENTS = {
  find: 'SELECT size_gib, target FROM volumes LEFT JOIN exports ON volume_id = id WHERE id = ?',
  usedGib: 'SELECT used_gib FROM capacity',
  create: `INSERT INTO volumes (id, size_gib) SELECT ?1, ?2 FROM capacity WHERE ?2 <= ?3 - used_gib
    ON CONFLICT DO NOTHING`,
  extend: `UPDATE volumes SET size_gib = ?2 WHERE id = ?1 AND size_gib < ?2
    AND ?2 - size_gib <= ?3 - (SELECT used_gib FROM capacity)`,
  delete: 'DELETE FROM volumes WHERE id = ?',
  addExport: `INSERT INTO exports (volume_id, target) SELECT id, ?2 FROM volumes WHERE id = ?1
    ON CONFLICT DO UPDATE SET target = target RETURNING target`,
  putExport: `INSERT INTO exports (volume_id, target) SELECT id, ?2 FROM volumes WHERE id = ?1
    ON CONFLICT DO UPDATE SET target = excluded.target`,
  changeExport: 'UPDATE exports SET target = ?2 WHERE volume_id = ?1',
  removeExport: 'DELETE FROM exports WHERE volume_id = ?',
  exports: 'SELECT volume_id, target FROM exports WHERE volume_id > ? ORDER BY volume_id LIMIT ?',
} as const;

/** A backend's open database: the prepared statements of its store. */
export type FakeDatabase = Readonly<Record<keyof typeof STATEMENTS, Statement>> & {
  readonly close: () => Promise<void>;
};

/**
 * Opens or creates the database in the folder, and imports the files of an earlier release.
 * @param folder null for an in-memory database.
 * @throws DriverError naming the file that cannot be used.
 */
export async function openFakeDatabase(folder: string | null, busyMs = BUSY_MS): Promise<FakeDatabase> {
  if (folder === null) return prepared(await Sqlite.open(':memory:', busyMs), null);
  const file = join(folder, FILE);
  try {
    await (await open(file, 'a', OWNER_ONLY)).close();
    return await prepared(await Sqlite.open(file, busyMs), folder);
  } catch (cause) {
    if (isDriverError(cause)) throw cause;
    const advice = 'fix the cause, restore it, or remove it to forget the volumes';
    throw new DriverError('INTERNAL', `${file} cannot be used; ${advice}`, { cause });
  }
}

async function prepared(database: Sqlite, folder: string | null): Promise<FakeDatabase> {
  try {
    await setModes(database);
    await database.run(SCHEMA);
    if (folder !== null) await takeOverEarlierFiles(folder, database);
    const names = Object.keys(STATEMENTS) as (keyof typeof STATEMENTS)[];
    const statements = await Promise.all(
      names.map(async (name) => [name, await database.prepare(STATEMENTS[name])] as const),
    );
    const byName = Object.fromEntries(statements) as Record<keyof typeof STATEMENTS, Statement>;
    return { ...byName, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Retries, since SQLite fails without waiting, to avoid a deadlock, when two processes enable WAL on a new file at once. */
async function setModes(database: Sqlite): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.run(MODES);
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === OPENING.attempts) throw error;
      await sleep(OPENING.pauseMs);
    }
  }
}
