import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config.schema.js';
import { AttachmentEntity } from '../attachments/attachment.entity.js';
import { AttachmentEventEntity } from '../attachments/history/attachment-event.entity.js';
import { IdempotencyKeyEntity } from '../attachments/idempotency/idempotency-key.entity.js';
import { LegacyConnectionEntity } from '../attachments/legacy/legacy-connection.entity.js';
import { MessageEntity } from '../messages/message.entity.js';
import { OperationEntity } from '../operations/operation.entity.js';
import { ProcessEntity } from '../operations/process.entity.js';
import { QuotaLockEntity } from '../quotas/quota-lock.entity.js';
import { VolumeTypeEntity } from '../volume-types/volume-type.entity.js';
import { VolumeMetadataEntity } from '../volumes/volume-metadata.entity.js';
import { VolumeEntity } from '../volumes/volume.entity.js';
import { migrations } from './migrations/index.js';

const SQLITE_BUSY_TIMEOUT_MS = 5000;

const shared = {
  entities: [
    AttachmentEntity,
    AttachmentEventEntity,
    IdempotencyKeyEntity,
    LegacyConnectionEntity,
    MessageEntity,
    OperationEntity,
    ProcessEntity,
    QuotaLockEntity,
    VolumeEntity,
    VolumeMetadataEntity,
    VolumeTypeEntity,
  ],
  migrations: [...migrations],
  migrationsTransactionMode: 'each' as const,
  synchronize: false,
  logging: false,
} satisfies Partial<DataSourceOptions>;

export type Dialect = 'sqlite' | 'postgres' | 'mariadb';

/** Which database a configuration chooses. */
export function dialectOf(config: Config): Dialect {
  const scheme = config.database_url?.split(':', 1)[0] ?? 'sqlite';
  if (scheme === 'sqlite') return 'sqlite';
  return scheme.startsWith('postgres') ? 'postgres' : 'mariadb';
}

/** Path of the SQLite file; relative ones are below the data folder's parent, the working folder. */
export function sqlitePath(config: Config): string {
  const named = config.database_url?.replace(/^sqlite:(\/\/)?/, '');
  if (named === undefined || named === '') return join(config.data_folder, 'clinker.sqlite');
  return named.startsWith('file:') ? fileURLToPath(named) : named;
}

/** An unopened connection that may write: the one SQLite writer, or a pool of PostgreSQL or MariaDB. */
export function createWriter(config: Config): DataSource {
  return new DataSource(writerOptions(config));
}

/** An unopened SQLite connection on which every write is an error. */
export function createSqliteReader(config: Config): DataSource {
  return new DataSource(sqliteOptions(config, 'reader'));
}

function writerOptions(config: Config): DataSourceOptions {
  const dialect = dialectOf(config);
  const url = config.database_url ?? '';
  const poolSize = config.database_pool_size;
  if (dialect === 'sqlite') return sqliteOptions(config, 'writer');
  if (dialect === 'postgres') return { ...shared, type: 'postgres', url, poolSize };
  return {
    ...shared,
    type: 'mariadb',
    url: url.replace(/^mariadb:/, 'mysql:'),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize,
  };
}

function sqliteOptions(config: Config, use: 'reader' | 'writer'): DataSourceOptions {
  return {
    ...shared,
    type: 'sqlite',
    database: sqlitePath(config),
    enableWAL: true,
    busyTimeout: SQLITE_BUSY_TIMEOUT_MS,
    // TypeORM turns on stack traces of every statement (`verbose`), which cost 7 % of a read.
    driver: { ...sqlite3, verbose: () => sqlite3 },
    ...(use === 'reader' ? { migrations: [] } : {}),
  };
}
