import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryFields, packageEntry } from '../conformance/check/package-entry.js';

/** A package names no entry that exists; the message says which package.json and what to do. */
export class NoEntry extends Error {
  override readonly name = 'NoEntry';
}

/**
 * Returns the file that Node.js would import for a package in this folder, by the `exports` or `main` of its
 * package.json; null if the folder has none.
 * @throws NoEntry
 */
export function entryIn(folder: string): string | null {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return null;
  const { named, file } = packageEntry(folder, fieldsOf(manifest));
  if (file !== null) return file;
  if (named === null) throw new NoEntry(`${manifest} exports nothing for import. Add "exports".`);
  throw new NoEntry(
    `${manifest} names the entry ${named}, which does not exist. Build the package (npm run build), or correct "exports" there.`,
  );
}

function fieldsOf(manifest: string): EntryFields {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8')) as EntryFields;
  } catch (cause) {
    throw new NoEntry(`${manifest} is not valid JSON. Correct it.`, { cause });
  }
}
