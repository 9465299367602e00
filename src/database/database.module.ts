import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { createSqliteReader, createWriter, dialectOf, sqlitePath } from './data-source.js';
import { migrate } from './migrate.js';
import { Reader } from './reader.js';
import { prepareSqliteFile } from './sqlite-file.js';
import { SqliteLock } from './sqlite-lock.js';
import { checkSecretKeys } from './secrets/check-secret-keys.js';
import { SecretBox } from './secrets/secret-box.js';
import { SecretOpener } from './secrets/secret-opener.js';
import { SecretsNotice } from './secrets/secrets-notice.js';
import { createUnitOfWork, UnitOfWork } from './unit-of-work.js';

/** The opened database: its schema is current, its writer and reader are apart. */
@Injectable()
export class Database {
  private constructor(
    readonly unitOfWork: UnitOfWork,
    readonly reader: Reader,
    readonly secrets: SecretBox,
    private readonly sources: readonly DataSource[],
    private readonly lock: SqliteLock | null = null,
  ) {}

  private readonly farewells: (() => Promise<void>)[] = [];

  /** Opens the configured database and brings its schema up to date; refuses an SQLite file that another server has open, a schema newer than this release and secrets without their key. */
  static async open(config: Config): Promise<Database> {
    const dialect = dialectOf(config);
    if (dialect !== 'sqlite') return Database.connect(config, null);
    await prepareSqliteFile(sqlitePath(config));
    const lock = await SqliteLock.take(sqlitePath(config));
    try {
      return await Database.connect(config, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private static async connect(config: Config, lock: SqliteLock | null): Promise<Database> {
    const dialect = dialectOf(config);
    const writer = await createWriter(config).initialize();
    try {
      await migrate(writer);
      const secrets = new SecretBox(config.secret_keys);
      await checkSecretKeys(writer, secrets);
      writer.subscribers.push(new SecretOpener(secrets));
      if (dialect !== 'sqlite')
        return new Database(createUnitOfWork(dialect, writer), new Reader(writer, dialect), secrets, [
          writer,
        ]);
      // An acknowledged write must survive a power cut; WAL's default syncs at checkpoints only.
      await writer.query('PRAGMA synchronous = FULL');
      const reader = await createSqliteReader(config).initialize();
      await reader.query('PRAGMA query_only = 1');
      const sources = [reader, writer];
      return new Database(
        createUnitOfWork(dialect, writer),
        new Reader(reader, dialect),
        secrets,
        sources,
        lock,
      );
    } catch (error) {
      await writer.destroy();
      throw error;
    }
  }

  /** Has `work` done as the last thing before the database is closed. */
  beforeClose(work: () => Promise<void>): void {
    this.farewells.push(work);
  }

  async close(): Promise<void> {
    for (const farewell of this.farewells.splice(0)) await farewell();
    for (const source of this.sources) if (source.isInitialized) await source.destroy();
    await this.lock?.release();
  }
}

@Injectable()
class DatabaseCloser implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

@Global()
@Module({
  providers: [
    { provide: Database, useFactory: (config: Config) => Database.open(config), inject: [CONFIG] },
    { provide: UnitOfWork, useFactory: (database: Database) => database.unitOfWork, inject: [Database] },
    { provide: Reader, useFactory: (database: Database) => database.reader, inject: [Database] },
    { provide: SecretBox, useFactory: (database: Database) => database.secrets, inject: [Database] },
    Clock,
    DatabaseCloser,
    SecretsNotice,
  ],
  exports: [Database, UnitOfWork, Reader, Clock, SecretBox],
})
export class DatabaseModule {}
