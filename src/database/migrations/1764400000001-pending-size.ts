import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PendingSize1764400000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Not addColumn: see ReadonlySet1764400000000.
    await runner.query('ALTER TABLE volumes ADD COLUMN pending_size integer NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE volumes DROP COLUMN pending_size');
  }
}
