import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

const NULLABLE = { isNullable: true };

export class AttachmentEvents1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, integer, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'attachment_events',
        columns: [
          text('attachment_id', 36, { isPrimary: true }),
          { ...integer('seq'), isPrimary: true },
          text('volume_id', 36),
          text('project_id', 255),
          text('kind', 32),
          text('from_status', 64, NULLABLE),
          text('to_status', 64),
          text('actor_user_id', 255, NULLABLE),
          text('actor_project_id', 255, NULLABLE),
          text('request_id', 64),
          { ...integer('duration_ms'), ...NULLABLE },
          text('reason', 1024, NULLABLE),
          instant('occurred_at'),
        ],
        // No foreign keys: the history outlives the attachment and its volume. The index serves the retention.
        indices: [{ name: 'attachment_events_kind_occurred', columnNames: ['kind', 'occurred_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('attachment_events');
  }
}
