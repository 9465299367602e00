import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReadonlySet1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Not addColumn: for SQLite it builds the table anew, and dropping the old one takes the rows that refer to it along.
    await runner.query('ALTER TABLE volumes ADD COLUMN readonly_set boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE volumes DROP COLUMN readonly_set');
  }
}
