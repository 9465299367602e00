import { mkdir, open, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseUnusable } from './database-unusable.js';

/**
 * Makes sure that an SQLite file is there, with its folder, and can be written, and so the lock beside it. What is made
 * here is its owner's alone, as it will hold the credentials of connections; SQLite gives its further files that mode.
 * @throws DatabaseUnusable
 */
export async function prepareSqliteFile(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await create(file);
    await create(`${await realpath(file)}.lock`);
  } catch (cause) {
    throw new DatabaseUnusable(
      `The database ${file} cannot be written: ${(cause as Error).message}. Make it and its folder writable, or choose another place with data_folder or database_url.`,
      { cause },
    );
  }
}

async function create(file: string): Promise<void> {
  await (await open(file, 'a', 0o600)).close();
}
