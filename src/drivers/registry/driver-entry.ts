import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const IMPORT_CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'default']);

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
  const entry = entryOf(manifest);
  const file = join(folder, entry);
  if (existsSync(file) && statSync(file).isFile()) return file;
  throw new NoEntry(
    `${manifest} names the entry ${entry}, which does not exist. Build the package (npm run build), or correct "exports" there.`,
  );
}

function entryOf(manifest: string): string {
  let fields: { exports?: unknown; main?: unknown };
  try {
    fields = JSON.parse(readFileSync(manifest, 'utf8')) as typeof fields;
  } catch (cause) {
    throw new NoEntry(`${manifest} is not valid JSON. Correct it.`, { cause });
  }
  const { exports, main } = fields;
  if (exports !== undefined) {
    const target = importTarget(property(exports, '.') ?? exports);
    if (target === null) throw new NoEntry(`${manifest} exports nothing for import. Add "exports".`);
    return target;
  }
  return typeof main === 'string' ? main : 'index.js';
}

/** Resolves conditional exports as Node.js does for `import`: the first condition that holds, in the author's order. */
function importTarget(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  const conditions = typeof entry === 'object' && entry !== null ? Object.keys(entry) : [];
  const targets = conditions
    .filter((condition) => IMPORT_CONDITIONS.has(condition))
    .map((condition) => importTarget(property(entry, condition)));
  return targets.find((target) => target !== null) ?? null;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
