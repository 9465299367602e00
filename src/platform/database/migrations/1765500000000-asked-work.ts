import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { isSqlite } from './columns.js';

/** Finds the work that living API replicas ask for among any number of open entries. */
const ASKED = { name: 'operations_asked', columnNames: ['asker', 'owner'] };

/** Only PostgreSQL and MariaDB serve several roles; a single server's entries have no asker. */
export class AskedWork1765500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (isSqlite(runner)) return;
    const operations = await runner.getTable('operations');
    if (operations?.indices.some(({ name }) => name === ASKED.name)) return;
    const where = runner.connection.options.type === 'postgres' ? { where: 'asker IS NOT NULL' } : {};
    await runner.createIndex('operations', new TableIndex({ ...ASKED, ...where }));
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!isSqlite(runner)) await runner.dropIndex('operations', ASKED.name);
  }
}
