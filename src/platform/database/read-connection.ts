import type sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';
import { SqliteStatements } from './statements.js';

export type SqlValue = string | number | boolean | null;

/** A connection for reads; it receives one query at a time. */
export interface ReadConnection {
  /** Returns the rows of a SELECT in the database's own SQL. */
  query<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]>;
}

/** A slot of a PostgreSQL or MariaDB pool; use as many as the pool has connections. */
export function serverConnection(pool: DataSource): ReadConnection {
  return { query: (sql, parameters) => pool.query(sql, [...parameters]) };
}

/** An SQLite connection that interrupts queries running longer than `limitMs`. */
export function sqliteConnection(source: DataSource, limitMs: number): ReadConnection {
  const { databaseConnection } = source.driver as unknown as {
    readonly databaseConnection: sqlite3.Database;
  };
  return interruptedConnection(databaseConnection, limitMs);
}

/** The same, of a database that TypeORM did not open. */
export function interruptedConnection(database: sqlite3.Database, limitMs: number): ReadConnection {
  const statements = new SqliteStatements(database);
  return {
    query: async <Row>(sql: string, parameters: readonly SqlValue[]) => {
      const timer = setTimeout(() => database.interrupt(), limitMs);
      try {
        return await statements.rows<Row>(sql, parameters);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
