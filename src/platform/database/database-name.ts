import { resolve } from 'node:path';
import type { Config } from '../config/config.schema.js';
import { dialectOf, sqlitePath } from './dialect.js';

/** Returns the database's name for people: the file, or the URL without credentials. */
export function databaseName(config: Config): string {
  if (dialectOf(config) === 'sqlite') return resolve(sqlitePath(config));
  const { protocol, host, pathname } = new URL(config.database_url ?? '');
  return `${protocol}//${host}${pathname}`;
}
