import { performance } from 'node:perf_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import { stopwatch } from '../clock.js';
import { inThisTrace, OpenSpan, traced } from '../spans.js';
import { DatabaseTrouble, databaseBusy, explainDatabaseFailure, outcomeUnknown } from './database-failure.js';
import type { PreparingDatabase } from './preparing-database.js';
import { SqliteStatements } from './statements.js';
import { Overdue, type TurnLimits } from './turns.js';
import { type Tx, UNIT_SPAN, UNIT_WAIT, UNOBSERVED, type UnitObserver, UnitOfWork } from './unit-of-work.js';

/** When a transaction takes no more units, because the first of them waits for the last. */
export interface SharedLimits {
  readonly units: number;
  readonly ageMs: number;
}

const SHARED: SharedLimits = { units: 32, ageMs: 50 };

/** How many transactions use savepoints after a unit has failed that had written. */
const GUARDED_TRANSACTIONS = 100;

type Work = (tx: Tx) => Promise<unknown>;

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A unit that waits for its turn, runs, or waits for its commit. */
class Unit {
  readonly result: Promise<unknown>;
  readonly waitedMs = stopwatch();
  /** True if it must not share a transaction. */
  isAlone = false;
  isEnded = false;
  private timer: NodeJS.Timeout | undefined;
  private resolve!: (value: unknown) => void;
  private reject!: (error: unknown) => void;

  constructor(
    readonly work: Work,
    readonly span: OpenSpan,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Replaces the limit of its current wait. */
  limit(ms: number | undefined, giveUp: () => Error): void {
    clearTimeout(this.timer);
    if (ms !== undefined) this.timer = setTimeout(() => this.end({ error: giveUp() }), ms);
  }

  end(outcome: Outcome): void {
    clearTimeout(this.timer);
    this.isEnded = true;
    if ('value' in outcome) this.resolve(outcome.value);
    else this.reject(outcome.error);
  }
}

/** The units of a transaction, in their order; those that have run with their outcomes. */
type Members = Map<Unit, Outcome | null>;

/** SQLite has rolled a transaction back, or replaced it. */
class TransactionLost extends Error {
  constructor(cause: unknown) {
    super('SQLite rolled back the transaction', { cause });
  }
}

/**
 * Runs units one after the other. Units that wait at the same time share a transaction, and so one wait for the disk
 * (docs/adr/0027). TypeORM has one connection for all of SQLite's query runners: units that ran at once would commit and
 * roll back each other's writes.
 */
export class SqliteUnitOfWork extends UnitOfWork {
  private readonly waiting = new Set<Unit>();
  /** Units to repeat, each in a transaction of its own. */
  private readonly repeated: Unit[] = [];
  private isServing = false;
  /** Further transactions that use savepoints. */
  private guarded = 0;

  constructor(
    private readonly writer: DataSource,
    private readonly limits: TurnLimits,
    private readonly shared = SHARED,
    private readonly observer: UnitObserver = UNOBSERVED,
  ) {
    super();
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return traced({ name: UNIT_SPAN }, (span) => this.enqueue(new Unit(inThisTrace(work), span)));
  }

  private async enqueue<T>(unit: Unit): Promise<T> {
    unit.limit(this.limits.waitMs, () => {
      this.waiting.delete(unit);
      return databaseBusy();
    });
    this.waiting.add(unit);
    void this.serve();
    try {
      return (await unit.result) as T;
    } catch (error) {
      throw explainDatabaseFailure(error);
    }
  }

  private async serve(): Promise<void> {
    if (this.isServing) return;
    this.isServing = true;
    for (let first = this.next(); first !== undefined; first = this.next()) await this.transact(first);
    this.isServing = false;
  }

  private next(): Unit | undefined {
    const again = this.repeated.shift();
    if (again !== undefined) return again.isEnded ? this.next() : again;
    const [unit] = this.waiting;
    if (unit === undefined) return undefined;
    this.waiting.delete(unit);
    const waitedMs = unit.waitedMs();
    this.observer.unitWaited(waitedMs);
    unit.span.set({ [UNIT_WAIT]: waitedMs });
    const { workMs } = this.limits;
    // A disk that hangs may recover, and complete the unit.
    unit.limit(workMs, () => outcomeUnknown(new Overdue(`not done within ${String(workMs)} ms`)));
    return unit;
  }

  /** Runs a unit and those that join it. Ends each of them, or has it repeated. */
  private async transact(first: Unit): Promise<void> {
    const members: Members = new Map([[first, null]]);
    try {
      const runner = this.writer.createQueryRunner();
      const database = (await runner.connect()) as PreparingDatabase;
      try {
        await this.runTogether(first, members, runner, database);
      } catch (error) {
        throw await rolledBack(database, error);
      } finally {
        markTransaction(runner, false);
      }
      for (const [unit, outcome] of members) if (outcome !== null) unit.end(outcome);
    } catch (error) {
      this.giveUp(members, error);
    }
  }

  private async runTogether(
    first: Unit,
    members: Members,
    runner: QueryRunner,
    database: PreparingDatabase,
  ): Promise<void> {
    const tx = { manager: runner.manager, statements: new SqliteStatements(database), locksRows: false };
    const beganAt = Date.now();
    const { begin, join, commit } = this.guarded > 0 ? GUARDED : BARE;
    this.guarded = Math.max(0, this.guarded - 1);
    await execute(database, begin);
    markTransaction(runner, true);
    const untilMs = performance.now() + this.shared.ageMs;
    members.set(first, { value: await withoutFailures(first, tx, database) });
    while (members.size < this.shared.units && !first.isAlone && performance.now() < untilMs) {
      const unit = this.next();
      if (unit === undefined) break;
      members.set(unit, null);
      members.set(unit, await join(unit, tx, database));
    }
    await commitAll(database, commit);
    this.observer.committed(members.size);
    OpenSpan.shared(
      'transaction',
      beganAt,
      [...members.keys()].map(({ span }) => span),
    );
  }

  /**
   * Ends the units of a transaction that was rolled back, or has them repeated if another unit may be the reason. What a
   * unit threw may be due to what it read of another.
   */
  private giveUp(members: Members, reason: unknown): void {
    const isShared = members.size > 1;
    const isLost = reason instanceof TransactionLost;
    if (isLost && isShared) this.guarded = GUARDED_TRANSACTIONS;
    const error = isLost ? reason.cause : reason;
    for (const [unit, outcome] of members) {
      const isCulprit = outcome === null && explainDatabaseFailure(error) instanceof DatabaseTrouble;
      if (isLost && isShared && !isCulprit) {
        unit.isAlone = true;
        this.repeated.push(unit);
      } else unit.end({ error });
    }
  }
}

/** Runs a unit in an open transaction, whose failure must not undo what others wrote. */
type Join = (unit: Unit, tx: Tx, database: PreparingDatabase) => Promise<Outcome>;

/** How a transaction keeps its units apart. */
interface Kind {
  readonly begin: string;
  readonly join: Join;
  readonly commit: string;
}

/**
 * Most units that fail have written nothing; only what follows one that has must be undone with it. IMMEDIATE takes the
 * write lock now: a deferred transaction could fail at its first write if another process has written since it began.
 */
const BARE: Kind = {
  begin: 'BEGIN IMMEDIATE',
  join: async (unit, tx, database) => {
    const { writes } = database.traffic;
    try {
      return { value: await withoutFailures(unit, tx, database) };
    } catch (error) {
      if (error instanceof TransactionLost) throw error;
      if (database.traffic.writes > writes) throw new TransactionLost(error);
      return { error };
    }
  },
  commit: 'COMMIT',
};

/** With savepoints, a unit that fails undoes what it wrote and nothing else; each costs a statement, and copies of pages. */
const GUARDED: Kind = {
  begin: 'BEGIN IMMEDIATE; SAVEPOINT transaction_began',
  join: async (unit, tx, database) => {
    try {
      await execute(database, 'SAVEPOINT unit');
    } catch (error) {
      throw new TransactionLost(error);
    }
    try {
      return { value: await withoutFailures(unit, tx, database) };
    } catch (error) {
      if (error instanceof TransactionLost) throw error;
      await execute(database, 'ROLLBACK TO unit').catch(() => {
        throw new TransactionLost(error);
      });
      return { error };
    }
  },
  // After a rollback by SQLite a savepoint began another transaction, which must not pass for this one.
  commit: 'RELEASE transaction_began; COMMIT',
};

/** @throws TransactionLost if a statement failed, even if the unit ignored it: SQLite may have rolled back all. */
async function withoutFailures(unit: Unit, tx: Tx, { traffic }: PreparingDatabase): Promise<unknown> {
  const { failures } = traffic;
  const isLost = (): boolean => traffic.failures > failures;
  try {
    const value = await unit.work(tx);
    if (!isLost()) return value;
  } catch (error) {
    throw isLost() ? new TransactionLost(error) : error;
  }
  throw new TransactionLost(traffic.lastFailure);
}

async function commitAll(database: PreparingDatabase, statements: string): Promise<void> {
  try {
    await execute(database, statements);
  } catch (error) {
    throw IS_GONE.test((error as Error).message) ? new TransactionLost(error) : error;
  }
}

/** What SQLite says when it has rolled the transaction back. */
const IS_GONE = /no such savepoint|no transaction is active/;

/** Rolls a transaction back; returns why it failed. SQLite may have done so itself (disk full, I/O). */
async function rolledBack(database: PreparingDatabase, reason: unknown): Promise<unknown> {
  try {
    await execute(database, 'ROLLBACK');
    return reason;
  } catch (error) {
    return (error as Error).message.includes('no transaction is active') ? reason : error;
  }
}

/** Keeps TypeORM from opening its own transaction inside ours; it does not notice one that it did not begin. */
function markTransaction(runner: QueryRunner, active: boolean): void {
  (runner as { isTransactionActive: boolean }).isTransactionActive = active;
}

/** Runs statements that return no rows. */
async function execute(database: PreparingDatabase, statements: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    database.exec(statements, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
