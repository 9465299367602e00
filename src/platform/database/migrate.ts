import { setTimeout as sleep } from 'node:timers/promises';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { problemOf } from './database-failure.js';
import { DatabaseUnusable } from './database-unusable.js';

/** Schema lock of a shared database; it ends with its connection. */
interface SchemaLock {
  readonly take: string;
  readonly release: string;
}

/** Longest wait in seconds for another server's migrations. PostgreSQL waits as long as that server lives. */
const WAIT_S = 3600;

const LOCKS: Readonly<Record<string, SchemaLock>> = {
  postgres: {
    take: "SELECT pg_advisory_lock(hashtext('clinker.schema'))",
    release: "SELECT pg_advisory_unlock(hashtext('clinker.schema'))",
  },
  // MariaDB's locks are server-wide, and their names are short.
  mariadb: {
    take: `SELECT GET_LOCK(CONCAT('clinker.schema.', SHA1(DATABASE())), ${String(WAIT_S)}) AS taken`,
    release: "SELECT RELEASE_LOCK(CONCAT('clinker.schema.', SHA1(DATABASE())))",
  },
};

/**
 * Limits of how long a migration waits for the tables that servers of the earlier release are using: all their requests wait
 * behind it. PostgreSQL's is shorter than its `deadlock_timeout`, so that of two that wait for each other the migration gives up.
 */
const PATIENCE: Readonly<Record<string, { readonly set: readonly string[]; readonly reset: string }>> = {
  postgres: { set: ["SET lock_timeout = '500ms'"], reset: 'RESET lock_timeout' },
  mariadb: {
    set: [
      'SET @clinker_table_wait = @@SESSION.lock_wait_timeout, @clinker_row_wait = @@SESSION.innodb_lock_wait_timeout',
      'SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1',
    ],
    reset:
      'SET SESSION lock_wait_timeout = @clinker_table_wait, innodb_lock_wait_timeout = @clinker_row_wait',
  },
};

/** Tries of a migration that meets locks, and the pause between them, in which the requests behind it are served. */
const TRIES = 60;
const PAUSE_MS = 500;

/**
 * Applies the missing migrations; servers that start at the same time take turns.
 * @throws DatabaseUnusable when the database has migrations unknown to this release: a newer release wrote it, and
 * writing to an unknown schema loses data.
 */
export async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    // A separate lock ensures that an SQLite file has one server.
    const lock = LOCKS[source.options.type] ?? null;
    await (lock === null ? apply(source, runner) : locked(runner, lock, () => apply(source, runner)));
  } finally {
    await runner.release();
  }
}

/** Runs `work` while servers that start on PostgreSQL or MariaDB wait before the migrations. */
export async function whileStartsWait<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    const lock = LOCKS[source.options.type] ?? null;
    return await (lock === null ? work() : locked(runner, lock, work));
  } finally {
    await runner.release();
  }
}

async function apply(source: DataSource, runner: QueryRunner): Promise<void> {
  await refuseNewerSchema(source, runner);
  const patience = PATIENCE[source.options.type];
  if (patience === undefined) {
    await applyPending(source, runner);
    return;
  }
  for (const statement of patience.set) await runner.query(statement);
  try {
    await applyBesideServers(source, runner);
  } finally {
    await runner.query(patience.reset).catch(() => undefined);
  }
}

/** Applies each migration in a transaction of its own. */
async function applyPending(source: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'each';
  await executor.executePendingMigrations();
}

/** Servers of the earlier release go on working on the same tables (docs/adr/0044). */
async function applyBesideServers(source: DataSource, runner: QueryRunner): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await applyPending(source, runner);
      return;
    } catch (error) {
      const isBlocked = ['busy', 'locked'].includes(problemOf(error) ?? '');
      if (!isBlocked || tries === TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function locked<T>(runner: QueryRunner, lock: SchemaLock, work: () => Promise<T>): Promise<T> {
  await take(runner, lock);
  try {
    return await work();
  } finally {
    // A lost connection has already released the lock.
    await runner.query(lock.release).catch(() => undefined);
  }
}

async function take(runner: QueryRunner, lock: SchemaLock): Promise<void> {
  const [row] = await rowsOf<{ readonly taken?: unknown }>(runner, lock.take);
  if (row !== undefined && 'taken' in row && Number(row.taken) !== 1)
    throw new DatabaseUnusable(
      `Another server has been changing the schema of the database for ${String(WAIT_S)} s.`,
    );
}

async function refuseNewerSchema(source: DataSource, runner: QueryRunner): Promise<void> {
  if (!(await runner.hasTable('migrations'))) return;
  const known = new Set(source.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const applied = await rowsOf<{ readonly name: string }>(runner, 'SELECT name FROM migrations');
  const unknown = applied.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new DatabaseUnusable(
    `The database was written by a newer release of Clinker (unknown migration ${unknown.join(', ')}). Start that release, or restore a backup made before the upgrade.`,
  );
}

async function rowsOf<T>(runner: QueryRunner, sql: string): Promise<T[]> {
  return (await runner.query(sql)) as T[];
}
