import type { Dialect } from './data-source.js';
import { explainDatabaseFailure } from './database-failure.js';
import { numberedPlaceholders } from './placeholders.js';
import type { ReadConnection, SqlValue } from './read-connection.js';
import type { Turns, Weight } from './turns.js';

export type { SqlValue } from './read-connection.js';

/**
 * Reads outside any unit of work, in plain SQL with `?` placeholders: entities cost as much as the rest of a request
 * (docs/adr/0002), and lists are composed from parts anyway. Its connections are separate from the writer's
 * (docs/adr/0014).
 */
export class Reader {
  constructor(
    private readonly turns: Turns<ReadConnection>,
    readonly dialect: Dialect,
  ) {}

  /**
   * Returns the rows of a SELECT, each column under its own name; booleans may be 0 and 1.
   * @param weight `large` for queries that read many rows; small reads go first.
   * @throws Unavailable
   */
  async rows<Row>(sql: string, parameters: readonly SqlValue[], weight: Weight = 'small'): Promise<Row[]> {
    const text = this.dialect === 'postgres' ? numberedPlaceholders(sql) : sql;
    try {
      return await this.turns.take(weight, (connection) => connection.query<Row>(text, parameters));
    } catch (error) {
      throw explainDatabaseFailure(error);
    }
  }
}

/** Reads of background work, on a separate connection, so that requests do not wait for it. */
export class BackgroundReader extends Reader {}
