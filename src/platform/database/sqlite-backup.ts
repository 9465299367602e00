import { existsSync } from 'node:fs';
import { chmod, link, open, rm } from 'node:fs/promises';
import sqlite3 from 'sqlite3';
import type { Config } from '../config/config.schema.js';
import { createSqliteReader, dialectOf } from './data-source.js';
import { databaseName } from './database-name.js';
import { SqliteLock } from './sqlite-lock.js';

/** The backup cannot be made as requested. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** Result of a backup. */
export interface Backup {
  readonly source: string;
  readonly volumes: number;
  readonly attachments: number;
}

/**
 * Writes a consistent copy of the SQLite database to a new file, while servers may keep writing. The file appears
 * atomically.
 * @param isStopped true if no server needs to have the database open. Otherwise one must: in another folder, or with
 * another configuration, the command would find a different database.
 * @throws BackupRefused when the database is not SQLite, absent or not served, or the file exists.
 */
export async function backUpSqlite(config: Config, file: string, isStopped = false): Promise<Backup> {
  if (dialectOf(config) !== 'sqlite')
    throw new BackupRefused(
      "the database is not SQLite: use its own server's tools, pg_dump or mariadb-dump",
    );
  const source = databaseName(config);
  if (!existsSync(source)) throw new BackupRefused(`database ${source} does not exist`);
  if (!isStopped && !(await SqliteLock.isTaken(source)))
    throw new BackupRefused(
      `no server has the database ${source} open. Run the command in the folder and with the configuration of the server; if it is stopped, add --stopped`,
    );
  if (existsSync(file)) throw new BackupRefused(`${file} exists`);
  const partial = `${file}.${String(process.pid)}.partial`;
  try {
    // The copy contains credentials of connections: nobody else may read it, not even while it is written.
    await (await open(partial, 'wx', 0o600)).close();
    await chmod(partial, 0o600);
    const database = await createSqliteReader(config).initialize();
    try {
      await database.query('VACUUM INTO ?', [partial]);
    } finally {
      await database.destroy();
    }
    const counts = await contentsOf(partial, source);
    await flush(partial);
    // Unlike a rename, a link does not replace a file created meanwhile.
    await link(partial, file);
    return { source, ...counts };
  } finally {
    await rm(partial, { force: true });
  }
}

/** Counts in the copy, which does not change. @throws BackupRefused when the source is not a Clinker database. */
async function contentsOf(copy: string, source: string): Promise<Omit<Backup, 'source'>> {
  return new Promise((done, fail) => {
    const database = new sqlite3.Database(copy, sqlite3.OPEN_READONLY);
    const counts =
      'SELECT (SELECT COUNT(*) FROM volumes) AS volumes, (SELECT COUNT(*) FROM attachments) AS attachments';
    database.get<Omit<Backup, 'source'>>(counts, (error, row) => {
      database.close(() => {
        if (error === null) done(row);
        else fail(new BackupRefused(`${source} is not a Clinker database`, { cause: error }));
      });
    });
  });
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
