import type { DataSource } from 'typeorm';
import type { Config } from '../config/config.schema.js';
import {
  type Entities,
  createServerReader,
  createWriter,
  dialectOf,
  openSqliteReader,
} from './data-source.js';
import { DatabaseHealth } from './health.js';
import { serverConnection, sqliteConnection } from './read-connection.js';
import { BackgroundReader, Reader } from './reader.js';
import { IdleConnections } from './servers/idle-connections.js';
import { Turns } from './turns.js';
import { explainStartFailure } from './start-failure.js';
import { SqliteUnitOfWork } from './sqlite-unit-of-work.js';
import { PooledUnitOfWork, type UnitObserver, type UnitOfWork } from './unit-of-work.js';

/** All connections of this process to its database (docs/adr/0014). */
export interface Connections {
  readonly writer: DataSource;
  readonly unitOfWork: UnitOfWork;
  readonly reader: Reader;
  readonly background: BackgroundReader;
  readonly health: DatabaseHealth;
  /** All data sources, for closing. */
  readonly sources: readonly DataSource[];
}

/** More would queue in Node.js's four worker threads and delay the writer's commits. */
const MOST_SQLITE_READERS = 2;

/** Opens the writer and passes it to `prepare` before any reader opens. */
export async function openConnections(
  config: Config,
  entities: Entities,
  prepare: (writer: DataSource) => Promise<void>,
  observer?: UnitObserver,
): Promise<Connections> {
  const idle = new IdleConnections();
  const writer = await createWriter(config, entities, idle)
    .initialize()
    .catch((error: unknown) => {
      throw explainStartFailure(config, error, true);
    });
  const sources = [writer];
  try {
    await prepare(writer);
    const open = dialectOf(config) === 'sqlite' ? openSqlite : openServer;
    return await open(config, { writer, sources, idle, observer });
  } catch (error) {
    await Promise.all(sources.map((source) => source.destroy()));
    throw error;
  }
}

interface Opening {
  readonly writer: DataSource;
  /** Collects every opened data source. */
  readonly sources: DataSource[];
  readonly idle: IdleConnections;
  readonly observer: UnitObserver | undefined;
}

async function openSqlite(config: Config, { writer, sources, observer }: Opening): Promise<Connections> {
  // A committed write must survive a power failure; WAL mode otherwise syncs only at checkpoints.
  await writer.query('PRAGMA synchronous = FULL');
  const limits = { waitMs: config.database_wait_timeout_ms, workMs: config.database_answer_timeout_ms };
  const connect = async () => {
    const source = await openSqliteReader(config);
    sources.push(source);
    return sqliteConnection(source, config.database_statement_timeout_ms);
  };
  const readers = [];
  while (readers.length < Math.min(config.database_readers, MOST_SQLITE_READERS))
    readers.push(await connect());
  const health = new Reader(new Turns([await connect()], limits), 'sqlite');
  return {
    writer,
    unitOfWork: new SqliteUnitOfWork(writer, limits, undefined, observer),
    reader: new Reader(new Turns(readers, limits), 'sqlite'),
    background: new BackgroundReader(new Turns([await connect()], limits), 'sqlite'),
    health: new DatabaseHealth(health, config.healthcheck_timeout_ms),
    sources,
  };
}

async function openServer(
  config: Config,
  { writer, sources, idle, observer }: Opening,
): Promise<Connections> {
  const dialect = dialectOf(config);
  const limits = { waitMs: config.database_wait_timeout_ms };
  const connect = async (use: 'reader' | 'background' | 'health') => {
    const source = await createServerReader(config, use, idle).initialize();
    sources.push(source);
    return serverConnection(source);
  };
  const reader = await connect('reader');
  const readers = Array.from({ length: config.database_readers }, () => reader);
  const health = new Reader(new Turns([await connect('health')], limits), dialect);
  return {
    writer,
    unitOfWork: new PooledUnitOfWork(writer, config.database_pool_size, limits, observer),
    reader: new Reader(new Turns(readers, limits), dialect),
    background: new BackgroundReader(new Turns([await connect('background')], limits), dialect),
    health: new DatabaseHealth(health, config.healthcheck_timeout_ms),
    sources,
  };
}
