import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

export class Messages1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, longText, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'messages',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('project_id', 255),
          text('request_id', 64),
          text('event_id', 64),
          text('message_level', 16),
          longText('user_message'),
          text('resource_type', 64),
          text('resource_uuid', 36),
          instant('created_at'),
          instant('guaranteed_until'),
        ],
        indices: [
          { name: 'messages_project_created', columnNames: ['project_id', 'created_at', 'id'] },
          { name: 'messages_guaranteed', columnNames: ['guaranteed_until'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('messages');
  }
}
