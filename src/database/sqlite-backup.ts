import { existsSync } from 'node:fs';
import { chmod, link, open, rm } from 'node:fs/promises';
import type { Config } from '../config/config.schema.js';
import { createSqliteReader, dialectOf, sqlitePath } from './data-source.js';

/** A backup that cannot be made as asked for. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/**
 * Writes a consistent copy of the SQLite database to a new file, while servers may go on writing. The copy is there
 * whole or not at all.
 * @throws BackupRefused when the database is another one or absent, or the file exists.
 */
export async function backUpSqlite(config: Config, file: string): Promise<void> {
  if (dialectOf(config) !== 'sqlite')
    throw new BackupRefused(
      "the database is not SQLite: use its own server's tools, pg_dump or mariadb-dump",
    );
  const source = sqlitePath(config);
  if (!existsSync(source)) throw new BackupRefused(`there is no database at ${source}`);
  if (existsSync(file)) throw new BackupRefused(`${file} exists`);
  const partial = `${file}.${String(process.pid)}.partial`;
  try {
    // The copy holds the credentials of connections: nobody else may read it, not even while it grows.
    await (await open(partial, 'wx', 0o600)).close();
    await chmod(partial, 0o600);
    const database = await createSqliteReader(config).initialize();
    try {
      await database.query('VACUUM INTO ?', [partial]);
    } finally {
      await database.destroy();
    }
    await flush(partial);
    // Unlike a rename, a link does not replace a file that came into being meanwhile.
    await link(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
