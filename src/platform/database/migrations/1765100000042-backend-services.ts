import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

/** Finds the attachments of a host, in list order. */
const OF_HOST = new TableIndex({
  name: 'attachments_host_created',
  columnNames: ['attached_host', 'created_at', 'id'],
});

/** Keeps each backend's service and the sum of its volumes, and finds the attachments of a host (docs/adr/0042). */
export class BackendServices1765100000042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, flag, instant } = portableColumns(runner);
    await createMissingTable(
      runner,
      new Table({
        name: 'backend_services',
        columns: [
          text('backend', 64, { isPrimary: true }),
          flag('disabled'),
          text('disabled_reason', 255, { isNullable: true }),
          instant('changed_at', { isNullable: true }),
          flag('is_up'),
          instant('reported_at', { isNullable: true }),
          { name: 'volumes', type: 'bigint' },
          { name: 'gigabytes', type: 'bigint' },
        ],
      }),
    );
    await runner.query(
      'INSERT INTO backend_services (backend, disabled, is_up, volumes, gigabytes) SELECT backend, FALSE, FALSE, COUNT(*), SUM(size) FROM volumes WHERE backend NOT IN (SELECT backend FROM backend_services) GROUP BY backend',
    );
    const there = new Set((await runner.getTable('attachments'))?.indices.map(({ name }) => name));
    if (!there.has(OF_HOST.name)) await runner.createIndex('attachments', OF_HOST);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('attachments', OF_HOST);
    await runner.dropTable('backend_services');
  }
}
