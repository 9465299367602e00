import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

/** Events that a receiver did not take (docs/adr/0036). */
export class DeadLetters1765400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, integer, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'dead_letters',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('receiver', 64),
          { name: 'position', type: 'bigint' },
          text('event_id', 32),
          text('event_type', 64),
          text('volume_id', 36),
          text('reason', 1024),
          integer('tries'),
          instant('created_at'),
        ],
        indices: [
          { name: 'dead_letters_created', columnNames: ['created_at', 'id'] },
          { name: 'dead_letters_receiver', columnNames: ['receiver', 'position'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('dead_letters');
  }
}
