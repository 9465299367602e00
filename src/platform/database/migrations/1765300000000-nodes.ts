import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { portableColumns } from './columns.js';
import { addMissingColumn, createMissingTable } from './repeatable.js';

/** Refuses a second living process with the name of a node. */
const NODE = new TableIndex({ name: 'processes_node', columnNames: ['node'], isUnique: true });

export class Nodes1765300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, longText, instant } = portableColumns(runner);
    // In the order in which requests use these tables: PostgreSQL keeps both locked until the migration ends.
    await addMissingColumn(runner, 'operations', 'asker', 'varchar(36) NULL');
    await addMissingColumn(runner, 'processes', 'node', 'varchar(63) NULL');
    const processes = await runner.getTable('processes');
    if (!processes?.indices.some(({ name }) => name === NODE.name))
      await runner.createIndex('processes', NODE);
    await createMissingTable(
      runner,
      new Table({
        name: 'node_backends',
        columns: [
          text('name', 64, { isPrimary: true }),
          text('node', 63),
          text('process_id', 36),
          longText('facts'),
        ],
      }),
    );
    await createMissingTable(
      runner,
      new Table({
        name: 'work_outcomes',
        columns: [text('id', 36, { isPrimary: true }), longText('outcome'), instant('expires_at')],
        indices: [{ name: 'work_outcomes_expires', columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('work_outcomes');
    await runner.dropTable('node_backends');
    await runner.query('ALTER TABLE operations DROP COLUMN asker');
    await runner.dropIndex('processes', NODE);
    await runner.query('ALTER TABLE processes DROP COLUMN node');
  }
}
