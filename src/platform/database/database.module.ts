import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { Clock } from '../clock.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { shutdownTimes } from '../config/shutdown-times.js';
import { CheckpointWatch } from './checkpoint-watch.js';
import { type Connections, openConnections } from './connections.js';
import { createMigrator, dialectOf, type Entities, sqlitePath } from './data-source.js';
import { DatabaseTime } from './database-time.js';
import { DatabaseHealth } from './health.js';
import { LockedRows } from './locked-rows.js';
import { migrate } from './migrate.js';
import { BackgroundReader, Reader } from './reader.js';
import { prepareSqliteFile, refuseFullDisk } from './sqlite-file.js';
import { SqliteLock } from './sqlite-lock.js';
import { explainStartFailure } from './start-failure.js';
import { setSqliteStatistics } from './sqlite-statistics.js';
import { checkSecretKeys } from './secrets/check-secret-keys.js';
import { SecretBox } from './secrets/secret-box.js';
import { SecretOpener } from './secrets/secret-opener.js';
import { SecretsNotice } from './secrets/secrets-notice.js';
import { type UnitObserver, UnitOfWork } from './unit-of-work.js';

/** The opened database. Its schema is current; writer and readers use separate connections. */
@Injectable()
export class Database {
  private constructor(
    private readonly connections: Connections,
    readonly secrets: SecretBox,
    private readonly lock: SqliteLock | null = null,
  ) {}

  private readonly closeHooks: (() => Promise<void>)[] = [];

  get unitOfWork(): UnitOfWork {
    return this.connections.unitOfWork;
  }

  get reader(): Reader {
    return this.connections.reader;
  }

  get background(): BackgroundReader {
    return this.connections.background;
  }

  get health(): DatabaseHealth {
    return this.connections.health;
  }

  /**
   * Opens the configured database and migrates its schema. Refuses an SQLite file that another server has open, a
   * schema newer than this release, and secrets without their key.
   */
  static async open(config: Config, entities: Entities, observer?: UnitObserver): Promise<Database> {
    const dialect = dialectOf(config);
    if (dialect !== 'sqlite') return Database.connect(config, entities, null, observer);
    await prepareSqliteFile(sqlitePath(config));
    const lock = await SqliteLock.take(sqlitePath(config));
    try {
      return await Database.connect(config, entities, lock, observer);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private static async connect(
    config: Config,
    entities: Entities,
    lock: SqliteLock | null,
    observer: UnitObserver | undefined,
  ): Promise<Database> {
    const secrets = new SecretBox(config.secret_keys);
    const prepare = async (writer: DataSource): Promise<void> => {
      await bringUpToDate(config, writer);
      await checkSecretKeys(writer, secrets);
      writer.subscribers.push(new SecretOpener(secrets));
    };
    const connections = await openConnections(config, entities, prepare, observer);
    return new Database(connections, secrets, lock);
  }

  /** Registers work to run last before the database is closed. */
  beforeClose(work: () => Promise<void>): void {
    this.closeHooks.push(work);
  }

  async close(): Promise<void> {
    for (const hook of this.closeHooks.splice(0)) await hook();
    for (const source of this.connections.sources) if (source.isInitialized) await source.destroy();
    await this.lock?.release();
  }
}

/** Migrations run without the servers' statement limits. */
async function bringUpToDate(config: Config, writer: DataSource): Promise<void> {
  if (dialectOf(config) === 'sqlite') {
    await migrate(writer);
    await setSqliteStatistics(writer);
    return;
  }
  const migrator = await createMigrator(config).initialize();
  try {
    await migrate(migrator);
  } finally {
    await migrator.destroy();
  }
}

@Injectable()
class DatabaseCloser implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Gives up on a database that does not answer: it notices the end of its connections. */
  async onApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.log.warn('the database does not answer: its connections are not closed properly');
        resolve();
      }, shutdownTimes(this.config).closingMs);
    });
    const closed = this.database.close().catch((error: unknown) => {
      this.log.warn({ err: error }, 'the database could not be closed properly');
    });
    await Promise.race([closed, timeUp]);
    clearTimeout(timer);
  }
}

/** @throws DatabaseUnusable, with the database's own error as its cause. */
async function openDatabase(config: Config, entities: Entities, metrics: Metrics): Promise<Database> {
  return Database.open(config, entities, metrics).catch(async (error: unknown) => {
    if (dialectOf(config) === 'sqlite') await refuseFullDisk(sqlitePath(config), error);
    throw explainStartFailure(config, error);
  });
}

@Global()
@Module({})
export class DatabaseModule {
  /** @param entities tables of all features. */
  static with(entities: Entities): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Database,
          useFactory: (config: Config, metrics: Metrics) => openDatabase(config, entities, metrics),
          inject: [CONFIG, Metrics],
        },
        { provide: UnitOfWork, useFactory: (database: Database) => database.unitOfWork, inject: [Database] },
        { provide: Reader, useFactory: (database: Database) => database.reader, inject: [Database] },
        {
          provide: BackgroundReader,
          useFactory: (database: Database) => database.background,
          inject: [Database],
        },
        {
          provide: DatabaseHealth,
          useFactory: (database: Database) => database.health,
          inject: [Database],
        },
        { provide: SecretBox, useFactory: (database: Database) => database.secrets, inject: [Database] },
        Clock,
        {
          provide: DatabaseTime,
          useFactory: (config: Config, clock: Clock) => new DatabaseTime(dialectOf(config), clock),
          inject: [CONFIG, Clock],
        },
        DatabaseCloser,
        CheckpointWatch,
        LockedRows,
        SecretsNotice,
      ],
      exports: [
        Database,
        UnitOfWork,
        Reader,
        BackgroundReader,
        DatabaseHealth,
        LockedRows,
        Clock,
        DatabaseTime,
        SecretBox,
      ],
    };
  }
}
