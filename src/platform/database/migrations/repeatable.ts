import type { QueryRunner, Table } from 'typeorm';

/*
 * MariaDB commits each statement of a migration separately. After a crash, the migration runs again from its start, so
 * every step must be idempotent.
 */

/** Creates the table with its indices and keys in one statement, unless it exists. */
export async function createMissingTable(runner: QueryRunner, table: Table): Promise<void> {
  await runner.createTable(table, true);
}

/** Adds a column, defined in SQL that every database understands, unless it exists. */
export async function addMissingColumn(
  runner: QueryRunner,
  table: string,
  name: string,
  definition: string,
): Promise<void> {
  if (await runner.hasColumn(table, name)) return;
  // Not addColumn: on SQLite it recreates the table, and dropping the old one also deletes the rows that refer to it.
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
}
