import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

export class IdempotencyKeys1764500000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'idempotency_keys',
        columns: [
          text('id', 64, { isPrimary: true }),
          text('fingerprint', 64),
          text('attachment_id', 36),
          instant('expires_at'),
        ],
        indices: [
          { name: 'idempotency_keys_expires', columnNames: ['expires_at'] },
          { name: 'idempotency_keys_attachment', columnNames: ['attachment_id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('idempotency_keys');
  }
}
