import sqlite3 from 'sqlite3';

/** A parameter of a statement. */
type Value = string | number | null;

/** An SQLite database and its prepared statements. */
export class Sqlite {
  private readonly statements: Statement[] = [];
  private closing: Promise<void> | undefined;

  private constructor(private readonly database: sqlite3.Database) {}

  /**
   * Opens or creates a file; `:memory:` is a private in-memory database.
   * @param busyMs milliseconds that a statement waits for another process that writes.
   */
  static open(file: string, busyMs: number): Promise<Sqlite> {
    return new Promise((resolve, reject) => {
      const database = new sqlite3.Database(file, (error) => {
        if (error === null) resolve(new Sqlite(database));
        else reject(error);
      });
      database.configure('busyTimeout', busyMs);
    });
  }

  /** Runs statements that are used only once. */
  run(sql: string): Promise<void> {
    return settled((done) => this.database.exec(sql, done));
  }

  async prepare(sql: string): Promise<Statement> {
    let prepared: sqlite3.Statement | undefined;
    await settled((done) => (prepared = this.database.prepare(sql, done)));
    const statement = new Statement(prepared as unknown as sqlite3.Statement);
    this.statements.push(statement);
    return statement;
  }

  /** Closes the database after the running statements end. Idempotent; later statements fail. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    await Promise.all(this.statements.map((statement) => statement.finalize()));
    await settled((done) => this.database.close(done));
  }
}

/** A prepared statement. Its calls run one after another, in the order they were made. */
export class Statement {
  constructor(private readonly statement: sqlite3.Statement) {}

  /** @returns the number of changed rows, not counting those changed by triggers. */
  change(...values: readonly Value[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.statement.run(values, function (this: sqlite3.RunResult, error: Error | null) {
        if (error === null) resolve(this.changes);
        else reject(error);
      });
    });
  }

  /** Returns all rows. (Fetching only the first one would leave the statement open, and with it a read lock.) */
  rows<Row>(...values: readonly Value[]): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      this.statement.all<Row>(values, (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  finalize(): Promise<void> {
    return new Promise((resolve) => void this.statement.finalize(() => resolve()));
  }
}

/** Returns true if a statement timed out waiting for another process. */
export function isBusy(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'SQLITE_BUSY';
}

function settled(start: (done: (error: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error === null ? resolve() : reject(error)));
  });
}
