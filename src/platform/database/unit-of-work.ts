import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { stopwatch } from '../clock.js';
import { type OpenSpan, traced } from '../spans.js';
import { endsConnection, explainCommitFailure, explainDatabaseFailure } from './database-failure.js';
import { ServerStatements, type Statements } from './statements.js';
import { Turns, type TurnLimits } from './turns.js';

/** An open transaction. Repositories require it as proof that their writes are part of a unit. */
export interface Tx {
  readonly manager: EntityManager;
  /** For statements that are frequent enough to be written by hand (docs/adr/0028). */
  readonly statements: Statements;
  /** True if rows can and must be locked for the transaction; SQLite has one writer instead. */
  readonly locksRows: boolean;
}

/** Hears of the units of work; for metrics. */
export interface UnitObserver {
  /** A unit got its turn after so many milliseconds. */
  unitWaited(ms: number): void;
  /** A transaction with so many units was committed. */
  committed(units: number): void;
}

/** For commands, which nobody observes. */
export const UNOBSERVED: UnitObserver = { unitWaited: () => undefined, committed: () => undefined };

/** Runs atomic units of writes. The only way to write (docs/adr/0002). */
export abstract class UnitOfWork {
  /**
   * Returns the result of `work` once it is committed durably; rolls back when it throws. `work` may contain only SQL,
   * since other writes may wait for it. It may run more than once.
   * @throws DatabaseTrouble when the database is full, read-only, busy or unreachable, and nothing of the unit is kept;
   * OutcomeUnknown when it failed during the commit, and the unit may be kept.
   */
  abstract run<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** Name of a unit's span, and the attribute that tells how many milliseconds it waited for its turn. */
export const UNIT_SPAN = 'unit of work';
export const UNIT_WAIT = 'clinker.unit.wait_ms';

const ATTEMPTS = 5;

/** Longest random pause before a retry, times the number of attempts, so that colliding units do not collide again. */
const PAUSE_MS = 20;

/** Codes of PostgreSQL and MariaDB for deadlocks and serialization failures. */
const CONFLICTS: ReadonlySet<unknown> = new Set(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD']);

export class PooledUnitOfWork extends UnitOfWork {
  private readonly turns: Turns<DataSource>;

  /** @param size number of concurrent units, equal to the pool's connections. */
  constructor(
    pool: DataSource,
    size: number,
    limits: TurnLimits,
    private readonly observer: UnitObserver = UNOBSERVED,
  ) {
    super();
    this.turns = new Turns(
      Array.from({ length: size }, () => pool),
      limits,
    );
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return traced({ name: UNIT_SPAN }, (span) => this.attempt(work, span));
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>, span: OpenSpan): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const waitedMs = stopwatch();
        return await this.turns.take('small', async (pool) => {
          const ms = waitedMs();
          this.observer.unitWaited(ms);
          span.set({ [UNIT_WAIT]: ms });
          const result = await transact(pool, work);
          this.observer.committed(1);
          return result;
        });
      } catch (error) {
        if (attempt === ATTEMPTS || !CONFLICTS.has((error as { code?: unknown }).code)) {
          throw explainDatabaseFailure(error);
        }
        await sleep(Math.random() * attempt * PAUSE_MS);
      }
    }
  }
}

async function transact<T>(pool: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  const runner = pool.createQueryRunner();
  try {
    await runner.startTransaction('READ COMMITTED');
    const result = await work({
      manager: runner.manager,
      statements: new ServerStatements(runner),
      locksRows: true,
    });
    await commit(runner);
    return result;
  } catch (error) {
    await rollBack(runner, error);
    throw error;
  } finally {
    await runner.release();
  }
}

async function commit(runner: QueryRunner): Promise<void> {
  try {
    await runner.commitTransaction();
  } catch (error) {
    throw explainCommitFailure(error);
  }
}

/** Closes the connection if the rollback fails, so that nobody else uses it. */
async function rollBack(runner: QueryRunner, error: unknown): Promise<void> {
  if (runner.isReleased || !runner.isTransactionActive) return;
  if (!endsConnection(error) && (await isRolledBack(runner))) return;
  // Returns the connection in use; if there is none, there is nothing to close.
  const connection = (await runner.connect().catch(() => null)) as Carrier | null;
  const socket = connection?.stream ?? connection?.connection?.stream;
  if (socket === undefined || socket.closed) return;
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
}

/** Connections of mysql2 and of pg. */
interface Carrier {
  readonly stream?: Socket;
  readonly connection?: { readonly stream: Socket };
}

async function isRolledBack(runner: QueryRunner): Promise<boolean> {
  try {
    await runner.rollbackTransaction();
    return true;
  } catch {
    return false;
  }
}
