import type sqlite3 from 'sqlite3';
import type { QueryRunner } from 'typeorm';
import { numberedPlaceholders } from './placeholders.js';
import type { SqlValue } from './read-connection.js';

/** Statements of a transaction in plain SQL with `?` placeholders. Texts contain no data: SQLite compiles each once. */
export interface Statements {
  /** Returns the rows of a SELECT, or those that RETURNING names. Booleans may be 0 and 1. */
  rows<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]>;
  /** Returns the number of changed rows. */
  change(sql: string, parameters: readonly SqlValue[]): Promise<number>;
}

/** Statements on an SQLite connection. */
export class SqliteStatements implements Statements {
  constructor(private readonly database: sqlite3.Database) {}

  rows<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.database.all<Row>(sql, parameters, (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  }

  change(sql: string, parameters: readonly SqlValue[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.database.run(sql, parameters, function (error) {
        if (error === null) resolve(this.changes);
        else reject(error);
      });
    });
  }
}

/** Statements on a connection to PostgreSQL or MariaDB. */
export class ServerStatements implements Statements {
  private readonly text: (sql: string) => string;

  constructor(private readonly runner: QueryRunner) {
    this.text = runner.connection.options.type === 'postgres' ? numberedPlaceholders : (sql) => sql;
  }

  async rows<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    const { records } = await this.runner.query(this.text(sql), [...parameters], true);
    return records as Row[];
  }

  async change(sql: string, parameters: readonly SqlValue[]): Promise<number> {
    const { affected = 0 } = await this.runner.query(this.text(sql), [...parameters], true);
    return affected;
  }
}
