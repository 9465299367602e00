import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import type { Config } from '../config/config.schema.js';
import { dialectOf, sqlitePath } from './dialect.js';
import { migrations } from './migrations/index.js';
import { PreparingDatabase } from './preparing-database.js';
import { IdleConnections } from './servers/idle-connections.js';
import { mariadbOptions } from './servers/mariadb.js';
import { postgresOptions } from './servers/postgres.js';
import { serverLimits, type ServerUse } from './servers/server-limits.js';

export { type Dialect, dialectOf, sqlitePath } from './dialect.js';

const SQLITE_BUSY_TIMEOUT_MS = 5000;

/** Entity classes that the writer maps rows to. */
export type Entities = readonly (new () => object)[];

const nothing = (): void => undefined;

/** TypeORM prints migrations that fail, even with `logging: false`, between the server's lines of JSON. */
const SILENT: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

const shared = {
  migrations: [...migrations],
  migrationsTransactionMode: 'each' as const,
  synchronize: false,
  logging: false,
  logger: SILENT,
} satisfies Partial<DataSourceOptions>;

/** Creates an unopened writing connection: SQLite's only writer, or a pool of PostgreSQL or MariaDB. */
export function createWriter(
  config: Config,
  entities: Entities = [],
  idle = new IdleConnections(),
): DataSource {
  const own = { ...shared, entities: [...entities] };
  if (dialectOf(config) === 'sqlite') return new DataSource(sqliteOptions(config, own));
  return new DataSource({ ...own, ...serverOptions(config, 'writer', idle) });
}

/** Creates an unopened connection to PostgreSQL or MariaDB with statement limits of hours. */
export function createMigrator(config: Config): DataSource {
  return new DataSource({ ...shared, ...serverOptions(config, 'migrator', new IdleConnections()) });
}

/** Creates unopened connections to PostgreSQL or MariaDB for reads in plain SQL. */
export function createServerReader(
  config: Config,
  use: 'reader' | 'background' | 'health',
  idle: IdleConnections,
): DataSource {
  return new DataSource(serverOptions(config, use, idle));
}

/** Creates an unopened SQLite connection for reads in plain SQL; use {@link openSqliteReader} where it must not write. */
export function createSqliteReader(config: Config): DataSource {
  return new DataSource(sqliteOptions(config, {}));
}

/** Opens an SQLite connection on which every write fails. */
export async function openSqliteReader(config: Config): Promise<DataSource> {
  const reader = await createSqliteReader(config).initialize();
  await reader.query('PRAGMA query_only = 1');
  return reader;
}

function serverOptions(config: Config, use: ServerUse, idle: IdleConnections): DataSourceOptions {
  const options = dialectOf(config) === 'postgres' ? postgresOptions : mariadbOptions;
  return options(config.database_url ?? '', serverLimits(config, use), idle);
}

function sqliteOptions(config: Config, own: Partial<typeof shared>): DataSourceOptions {
  return {
    ...own,
    type: 'sqlite',
    database: sqlitePath(config),
    enableWAL: true,
    busyTimeout: SQLITE_BUSY_TIMEOUT_MS,
    // TypeORM enables stack traces of every statement (`verbose`), which cost 7 % of a read.
    driver: { ...sqlite3, verbose: () => ({ ...sqlite3, Database: PreparingDatabase }) },
  };
}
