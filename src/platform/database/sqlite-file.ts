import { open, realpath, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../make-folder.js';
import { DatabaseUnusable } from './database-unusable.js';

/**
 * Ensures that the SQLite file, its folder and its lock file exist and are writable. Only the owner can access what is
 * created here, because it will contain credentials of connections; SQLite gives its further files the same mode.
 * @throws DatabaseUnusable
 */
export async function prepareSqliteFile(file: string): Promise<void> {
  try {
    await makeFolder(dirname(file), 0o700);
    await create(file);
    await create(`${await realpath(file)}.lock`);
  } catch (cause) {
    throw new DatabaseUnusable(
      `The database ${file} cannot be written: ${(cause as Error).message}. Make it and its folder writable, or choose another location with data_folder or database_url.`,
      { cause },
    );
  }
}

/** Free space that SQLite needs to open a database, even only for reading. */
const LEAST_FREE_BYTES = 64 * 1024;

/**
 * Reports a full disk, which SQLite would report as an I/O error.
 * @param cause the error of opening the database.
 * @throws DatabaseUnusable
 */
export async function refuseFullDisk(file: string, cause: unknown): Promise<void> {
  if (!isOfTheDisk(cause)) return;
  const { bavail, bsize } = await statfs(dirname(file));
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  throw new DatabaseUnusable(`The disk of the database ${file} is full. Free space on it.`, { cause });
}

/** Returns whether an error or its cause is an SQLite read or write error. */
function isOfTheDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^SQLITE_(IOERR|FULL|CANTOPEN)/.test(code)) return true;
  return isOfTheDisk(error.cause);
}

async function create(file: string): Promise<void> {
  await (await open(file, 'a', 0o600)).close();
}
