import { existsSync, realpathSync } from 'node:fs';
import sqlite3 from 'sqlite3';
import { DatabaseUnusable } from './database-unusable.js';

/** Another server has the database file open. */
export class DatabaseInUse extends DatabaseUnusable {
  override readonly name = 'DatabaseInUse';
}

/** How long a start waits for a server that is just ending. */
const WAIT_MS = 2000;

/**
 * Keeps a second server off an SQLite file: an exclusive transaction on an empty database beside it, `<file>.lock`.
 * The kernel ends it with the process, however that ends; the file stays and means nothing by itself.
 */
export class SqliteLock {
  private constructor(private holder: sqlite3.Database | null) {}

  /** @throws DatabaseInUse when another server has the file. */
  static async take(databaseFile: string): Promise<SqliteLock> {
    // The file itself, so that a symbolic link is no second door to it.
    const file = existsSync(databaseFile) ? realpathSync(databaseFile) : databaseFile;
    const holder = await open(`${file}.lock`);
    try {
      holder.configure('busyTimeout', WAIT_MS);
      await execute(holder, 'BEGIN EXCLUSIVE');
      return new SqliteLock(holder);
    } catch (error) {
      await close(holder);
      if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error;
      throw new DatabaseInUse(
        `Another server has the database ${databaseFile} open. Stop it, or give each server its own data_folder; several servers can share PostgreSQL or MariaDB.`,
      );
    }
  }

  /** Lets the next server in. May be repeated. */
  async release(): Promise<void> {
    const { holder } = this;
    this.holder = null;
    if (holder !== null) await close(holder);
  }
}

function open(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, (error) => {
      if (error === null) resolve(database);
      else reject(error);
    });
  });
}

function execute(database: sqlite3.Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    database.exec(sql, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function close(database: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => {
    database.close((error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
