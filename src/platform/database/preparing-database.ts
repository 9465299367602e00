import { LRUCache } from 'lru-cache';
import sqlite3 from 'sqlite3';

/** More texts than the server has; lists with unusual filters make further ones. */
const MOST_STATEMENTS = 200;

/** Statements on rows. Others, such as ANALYZE, may do something else when they are compiled again. */
const ON_ROWS = /^(SELECT|INSERT|UPDATE|DELETE)\b/;

/** A text with a time in it is not sent again. */
const HAS_TIME = /'\d{4}-\d\d-\d\dT/;

const HAS_ROWS = /^SELECT\b|\bRETURNING\b/;

/** Statements of a connection, counted. */
interface Sent {
  /** Those that are not a SELECT. */
  writes: number;
  /** Those that failed, and with which SQLite may have rolled the transaction back: all but violated constraints. */
  failures: number;
  lastFailure: Error | null;
}

type Done = (this: sqlite3.RunResult, error: Error | null, rows?: unknown[]) => void;

/**
 * An SQLite connection that compiles each statement once (docs/adr/0028). Compiling costs more than most statements do.
 * A text should therefore not contain data.
 */
export class PreparingDatabase extends sqlite3.Database {
  private statements: LRUCache<string, sqlite3.Statement> | null | undefined;
  private sent: Sent | undefined;

  /** What was sent by `all` and `run` since the connection was opened. */
  get traffic(): Sent {
    // Not a field: the constructor of a native class may call back before fields are set.
    return (this.sent ??= { writes: 0, failures: 0, lastFailure: null });
  }

  override all(sql: string, ...rest: unknown[]): this {
    return this.execute('all', sql, rest);
  }

  override run(sql: string, ...rest: unknown[]): this {
    return this.execute('run', sql, rest);
  }

  /** SQLite refuses to close a connection that has statements. */
  override close(done?: (error: Error | null) => void): void {
    this.statements?.clear();
    this.statements = null;
    super.close(done);
  }

  private execute(method: 'all' | 'run', sql: string, rest: unknown[]): this {
    const { traffic } = this;
    if (!sql.startsWith('SELECT')) traffic.writes += 1;
    const { parameters, done } = split(rest);
    // Executed by `run`, a statement with rows stays open, and no transaction can commit.
    const isOpened = isKept(sql) && !(method === 'run' && HAS_ROWS.test(sql));
    const settled: Done = function (error, rows) {
      if (error !== null) failed(error);
      done?.call(this, error, rows);
    };
    const failed = (error: Error): void => {
      // A statement that fails with SQLITE_BUSY is still open.
      if (isOpened) this.statements?.delete(sql);
      if ((error as { code?: unknown }).code === 'SQLITE_CONSTRAINT') return;
      traffic.failures += 1;
      traffic.lastFailure = error;
    };
    if (isOpened) this.statement(sql, settled)[method](parameters, settled as never);
    else super[method](sql, parameters, settled as never);
    return this;
  }

  /** @param failed receives the error if the text cannot be compiled; the statement's own callback is not called then. */
  private statement(sql: string, failed: Done): sqlite3.Statement {
    if (this.statements === undefined)
      this.statements = new LRUCache({ max: MOST_STATEMENTS, dispose: (old) => old.finalize() });
    const known = this.statements?.get(sql);
    if (known !== undefined) return known;
    const keep = (statement: sqlite3.Statement): void => {
      // Another call has compiled the text meanwhile, or the connection is being closed: after this one use it goes.
      if (!this.statements || this.statements.has(sql)) statement.finalize();
      else this.statements.set(sql, statement);
    };
    return super.prepare(sql, function (this: sqlite3.Statement, error: Error | null) {
      if (error === null) keep(this);
      else failed.call(this as never, error);
    });
  }
}

function isKept(sql: string): boolean {
  return ON_ROWS.test(sql) && !HAS_TIME.test(sql);
}

function split(rest: unknown[]): { readonly parameters: unknown; readonly done: Done | undefined } {
  const last = rest.at(-1);
  const isCallback = typeof last === 'function';
  const [first = [], ...others] = isCallback ? rest.slice(0, -1) : rest;
  const parameters = others.length > 0 ? [first, ...others] : first;
  return { parameters, done: isCallback ? (last as Done) : undefined };
}
