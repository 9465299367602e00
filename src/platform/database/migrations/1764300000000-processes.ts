import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

export class Processes1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'processes',
        columns: [text('id', 36, { isPrimary: true }), instant('started_at'), instant('renewed_at')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('processes');
  }
}
