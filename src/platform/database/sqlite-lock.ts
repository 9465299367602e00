import { existsSync, realpathSync } from 'node:fs';
import sqlite3 from 'sqlite3';
import { DatabaseUnusable } from './database-unusable.js';

/** Another server has the database file open. */
export class DatabaseInUse extends DatabaseUnusable {
  override readonly name = 'DatabaseInUse';
}

/** Milliseconds that a start waits for a server that is shutting down. */
const WAIT_MS = 2000;

/**
 * Keeps a second server off an SQLite file: an exclusive transaction on an empty database beside it, `<file>.lock`. The
 * kernel releases it however the process ends; the file itself stays and has no meaning.
 */
export class SqliteLock {
  private constructor(private holder: sqlite3.Database | null) {}

  /** @throws DatabaseInUse when another server has the file open. */
  static async take(databaseFile: string): Promise<SqliteLock> {
    // Resolves symbolic links, so that they do not bypass the lock.
    const file = existsSync(databaseFile) ? realpathSync(databaseFile) : databaseFile;
    const holder = await open(`${file}.lock`);
    try {
      holder.configure('busyTimeout', WAIT_MS);
      // Nothing is ever written to it, so that the lock works on a full disk.
      await execute(holder, 'PRAGMA journal_mode = MEMORY');
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

  /** Returns whether a server has the file open at this moment. */
  static async isTaken(databaseFile: string): Promise<boolean> {
    const lockFile = `${realpathSync(databaseFile)}.lock`;
    if (!existsSync(lockFile)) return false;
    const probe = await open(lockFile);
    try {
      await execute(probe, 'PRAGMA journal_mode = MEMORY');
      await execute(probe, 'BEGIN EXCLUSIVE');
      return false;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return true;
      throw error;
    } finally {
      await close(probe);
    }
  }

  /** Releases the lock. Idempotent. */
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
