import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

export class QuotaLocks1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({ name: 'quota_locks', columns: [text('project_id', 255, { isPrimary: true })] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('quota_locks');
  }
}
