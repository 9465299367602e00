import type { DataSource } from 'typeorm';
import type { Dialect } from './data-source.js';
import { explainDatabaseFailure } from './database-failure.js';

export type SqlValue = string | number | boolean | null;

/**
 * Reads outside any unit of work, in plain SQL with `?` placeholders: entities cost as much as the rest of a
 * request (docs/adr/0002), and lists are composed from parts anyway.
 */
export class Reader {
  private readonly translated = new Map<string, string>();

  constructor(
    private readonly source: DataSource,
    readonly dialect: Dialect,
  ) {}

  /** The rows of a SELECT, each column under its own name; booleans may come as 0 and 1. @throws Unavailable */
  async rows<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    try {
      return await this.source.query<Row[]>(this.translate(sql), [...parameters]);
    } catch (error) {
      throw explainDatabaseFailure(error);
    }
  }

  private translate(sql: string): string {
    if (this.dialect !== 'postgres') return sql;
    let known = this.translated.get(sql);
    if (known === undefined) {
      let position = 0;
      known = sql.replaceAll('?', () => `$${String((position += 1))}`);
      // Lists have few forms; a cap keeps a client that plays with filters from filling the memory.
      if (this.translated.size < 1000) this.translated.set(sql, known);
    }
    return known;
  }
}
