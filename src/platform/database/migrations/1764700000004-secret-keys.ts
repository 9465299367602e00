import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

export class SecretKeys1764700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, longText } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({ name: 'secret_keys', columns: [text('id', 36, { isPrimary: true }), longText('proof')] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('secret_keys');
  }
}
