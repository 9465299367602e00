import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

export class LegacyConnections1764400000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, longText, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'legacy_connections',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('volume_id', 36),
          longText('connector'),
          text('mode', 2),
          instant('created_at'),
        ],
        foreignKeys: [
          {
            name: 'legacy_connections_volume',
            columnNames: ['volume_id'],
            referencedTableName: 'volumes',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
        indices: [{ name: 'legacy_connections_volume', columnNames: ['volume_id'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('legacy_connections');
  }
}
