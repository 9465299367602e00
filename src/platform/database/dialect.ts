import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.schema.js';

export type Dialect = 'sqlite' | 'postgres' | 'mariadb';

/** Returns the dialect of the configured database. */
export function dialectOf(config: Config): Dialect {
  const scheme = config.database_url?.split(':', 1)[0] ?? 'sqlite';
  if (scheme === 'sqlite') return 'sqlite';
  return scheme.startsWith('postgres') ? 'postgres' : 'mariadb';
}

/** Path of the SQLite file; relative ones are relative to the working folder. */
export function sqlitePath(config: Config): string {
  const named = config.database_url?.replace(/^sqlite:(\/\/)?/, '');
  if (named === undefined || named === '') return join(config.data_folder, 'clinker.sqlite');
  return named.startsWith('file:') ? fileURLToPath(named) : named;
}
