import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const IMPORT_CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'default']);

/** What a package's package.json says of its entry. */
export interface EntryFields {
  readonly exports?: unknown;
  readonly main?: unknown;
}

/** The entry of a package. */
export interface PackageEntry {
  /** As package.json names it; null if its `exports` have nothing for `import`. */
  readonly named: string | null;
  /** The file; null if there is none. */
  readonly file: string | null;
}

/** Finds the file that Node.js imports for the package in a folder. */
export function packageEntry(folder: string, { exports, main }: EntryFields): PackageEntry {
  if (exports !== undefined) {
    const named = importTarget(property(exports, '.') ?? exports) ?? null;
    const path = named === null ? null : resolve(folder, named);
    const isFile = path !== null && existsSync(path) && statSync(path).isFile();
    return { named, file: isFile ? path : null };
  }
  return { named: typeof main === 'string' ? main : 'index.js', file: mainOf(folder) };
}

/** Resolves `main`, which may lack its extension or name a folder. */
function mainOf(folder: string): string | null {
  try {
    return createRequire(join(folder, 'package.json')).resolve(folder);
  } catch {
    return null;
  }
}

/**
 * Resolves conditional exports: the first condition that holds, in the author's order. A target that is null ends the search,
 * and a condition without any target does not.
 */
function importTarget(entry: unknown): string | null | undefined {
  if (typeof entry === 'string' || entry === null) return entry;
  const conditions = typeof entry === 'object' ? Object.keys(entry) : [];
  return conditions
    .filter((condition) => IMPORT_CONDITIONS.has(condition))
    .map((condition) => importTarget(property(entry, condition)))
    .find((target) => target !== undefined);
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
