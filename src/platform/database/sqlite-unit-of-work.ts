import type { DataSource, QueryRunner } from 'typeorm';
import { databaseBusy, explainDatabaseFailure, outcomeUnknown } from './database-failure.js';
import type { TurnLimits } from './turns.js';
import { type Tx, UnitOfWork } from './unit-of-work.js';

/** Most units of one commit: the first of them waits for all. */
const MOST_UNITS = 32;

type Work = (tx: Tx) => Promise<unknown>;

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A unit that waits for its turn, runs, or waits for its commit. */
class Unit {
  readonly result: Promise<unknown>;
  /** True if it must not share a transaction. */
  isAlone = false;
  private timer: NodeJS.Timeout | undefined;
  private resolve!: (value: unknown) => void;
  private reject!: (error: unknown) => void;

  constructor(readonly work: Work) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Replaces the limit of its current wait. */
  limit(ms: number | undefined, giveUp: () => Error): void {
    clearTimeout(this.timer);
    if (ms !== undefined) this.timer = setTimeout(() => this.reject(giveUp()), ms);
  }

  end(outcome: Outcome): void {
    clearTimeout(this.timer);
    if ('value' in outcome) this.resolve(outcome.value);
    else this.reject(outcome.error);
  }
}

/** SQLite rolled a transaction back because a statement of one unit failed. */
class TransactionLost extends Error {
  constructor(
    readonly unit: Unit,
    cause: unknown,
  ) {
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

  constructor(
    private readonly writer: DataSource,
    private readonly limits: TurnLimits,
  ) {
    super();
  }

  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const unit = new Unit(work);
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
    const [unit] = this.repeated.length > 0 ? [this.repeated.shift()] : this.waiting;
    if (unit === undefined) return undefined;
    // A disk that hangs may recover, and complete the unit.
    if (this.waiting.delete(unit)) unit.limit(this.limits.workMs, outcomeUnknown);
    return unit;
  }

  private async transact(first: Unit): Promise<void> {
    const runner = this.writer.createQueryRunner();
    const outcomes = new Map<Unit, Outcome>();
    try {
      // IMMEDIATE takes the write lock now. A deferred transaction could fail at its first write if another process has
      // written since it began.
      await runner.query('BEGIN IMMEDIATE');
      markTransaction(runner, true);
      const { manager } = runner;
      outcomes.set(first, { value: await first.work({ manager, locksRows: false }) });
      await this.letOthersJoin(runner, first, outcomes);
      await runner.query('COMMIT');
    } catch (error) {
      this.giveUp(first, outcomes, await rolledBack(runner, error));
      return;
    } finally {
      markTransaction(runner, false);
    }
    for (const [unit, outcome] of outcomes) unit.end(outcome);
  }

  private async letOthersJoin(runner: QueryRunner, first: Unit, outcomes: Map<Unit, Outcome>): Promise<void> {
    while (outcomes.size < MOST_UNITS && !first.isAlone) {
      const unit = this.next();
      if (unit === undefined) return;
      outcomes.set(unit, await join(runner, unit));
    }
  }

  /** Ends the units of a transaction that was rolled back. What a unit threw may be due to what it read of another. */
  private giveUp(first: Unit, outcomes: ReadonlyMap<Unit, Outcome>, error: unknown): void {
    if (!(error instanceof TransactionLost)) {
      for (const unit of new Set([first, ...outcomes.keys()])) unit.end({ error });
      return;
    }
    error.unit.end({ error: error.cause });
    for (const unit of outcomes.keys()) {
      unit.isAlone = true;
      this.repeated.push(unit);
    }
  }
}

/** Runs a unit in an open transaction. Its failure undoes what it wrote and nothing else. */
async function join(runner: QueryRunner, unit: Unit): Promise<Outcome> {
  try {
    await runner.query('SAVEPOINT unit');
  } catch (error) {
    throw new TransactionLost(unit, error);
  }
  try {
    return { value: await unit.work({ manager: runner.manager, locksRows: false }) };
  } catch (error) {
    await runner.query('ROLLBACK TO unit').catch(() => {
      throw new TransactionLost(unit, error);
    });
    return { error };
  }
}

/** Keeps TypeORM from opening its own transaction inside ours; it does not notice a BEGIN sent as a query. */
function markTransaction(runner: QueryRunner, active: boolean): void {
  (runner as { isTransactionActive: boolean }).isTransactionActive = active;
}

/** Rolls a transaction back; returns why it failed. SQLite may have done so itself (disk full, I/O). */
async function rolledBack(runner: QueryRunner, reason: unknown): Promise<unknown> {
  try {
    await runner.query('ROLLBACK');
    return reason;
  } catch (error) {
    return error instanceof Error && error.message.includes('no transaction is active') ? reason : error;
  }
}
