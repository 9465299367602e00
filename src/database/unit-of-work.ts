import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from 'async-mutex';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Dialect } from './data-source.js';
import { explainDatabaseFailure } from './database-failure.js';

/** An open transaction. Repositories take it as proof that what they write is part of a unit. */
export interface Tx {
  readonly manager: EntityManager;
  /** Whether rows can and must be locked for the transaction; SQLite has one writer instead. */
  readonly locksRows: boolean;
}

/** Runs units of writing, each wholly or not at all. The only way to write (docs/adr/0002). */
export abstract class UnitOfWork {
  /**
   * Gives back what `work` returns once it is committed durably; rolls back what it did when it throws.
   * `work` holds SQL only: everybody else's writes may be waiting for it. It may run more than once.
   * @throws Unavailable when the database is full, read-only or away; nothing has changed then.
   */
  abstract run<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** The unit of work for a database. */
export function createUnitOfWork(dialect: Dialect, writer: DataSource): UnitOfWork {
  return dialect === 'sqlite' ? new SqliteUnitOfWork(writer) : new PooledUnitOfWork(writer);
}

/**
 * TypeORM has one connection for all of SQLite's query runners, so overlapping units would commit and roll back
 * each other's writes. A queue makes them follow one another.
 */
class SqliteUnitOfWork extends UnitOfWork {
  private readonly queue = new Mutex();

  constructor(private readonly writer: DataSource) {
    super();
  }

  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.queue.runExclusive(() =>
      this.transact(work).catch((error: unknown) => {
        throw explainDatabaseFailure(error);
      }),
    );
  }

  private async transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.writer.createQueryRunner();
    // IMMEDIATE takes the write lock now: a deferred transaction can fail at its first write instead,
    // when another process has written since it began.
    await runner.query('BEGIN IMMEDIATE');
    markTransaction(runner, true);
    try {
      const result = await work({ manager: runner.manager, locksRows: false });
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await runner.query('ROLLBACK').catch(ignoreWhenAlreadyRolledBack);
      throw error;
    } finally {
      markTransaction(runner, false);
    }
  }
}

/** Keeps TypeORM from opening a transaction of its own inside ours; it does not see a BEGIN that is sent as a query. */
function markTransaction(runner: QueryRunner, active: boolean): void {
  (runner as { isTransactionActive: boolean }).isTransactionActive = active;
}

/** SQLite ends a transaction by itself on some errors (disk full, I/O); there is nothing left to roll back then. */
function ignoreWhenAlreadyRolledBack(error: unknown): void {
  if (!(error instanceof Error && /no transaction is active/.test(error.message))) throw error;
}

const ATTEMPTS = 5;

/** Longest pause before another attempt, for each that was made: those who collided are not to meet again. */
const PAUSE_MS = 20;

/** What PostgreSQL and MariaDB say when two transactions stood in each other's way and one had to give in. */
const CONFLICTS: ReadonlySet<unknown> = new Set(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD']);

class PooledUnitOfWork extends UnitOfWork {
  constructor(private readonly pool: DataSource) {
    super();
  }

  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.pool.transaction('READ COMMITTED', (manager) => work({ manager, locksRows: true }));
      } catch (error) {
        if (attempt === ATTEMPTS || !CONFLICTS.has((error as { code?: unknown }).code)) {
          throw explainDatabaseFailure(error);
        }
        await sleep(Math.random() * attempt * PAUSE_MS);
      }
    }
  }
}
