import type { QueryRunner, Table } from 'typeorm';

/*
 * MariaDB commits each statement of a migration by itself. What a process did that died in the middle is there when
 * the migration runs again, from its start: every step has to let that be.
 */

/** Creates the table with its indices and keys, which is one statement, unless it is there. */
export async function createMissingTable(runner: QueryRunner, table: Table): Promise<void> {
  await runner.createTable(table, true);
}

/** Adds a column, defined in SQL that every database understands, unless it is there. */
export async function addMissingColumn(
  runner: QueryRunner,
  table: string,
  name: string,
  definition: string,
): Promise<void> {
  if (await runner.hasColumn(table, name)) return;
  // Not addColumn: for SQLite it builds the table anew, and dropping the old one takes the rows that refer to it along.
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
}
