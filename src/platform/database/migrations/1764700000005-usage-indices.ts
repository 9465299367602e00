import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** Covering indices for the usage sums of a project and of a backend: no table rows are read. */
const INDICES = [
  new TableIndex({ name: 'volumes_project_usage', columnNames: ['project_id', 'size', 'pending_size'] }),
  new TableIndex({ name: 'volumes_backend_usage', columnNames: ['backend', 'size'] }),
];

export class UsageIndices1764700000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable('volumes');
    const there = new Set(table?.indices.map(({ name }) => name));
    for (const index of INDICES) if (!there.has(index.name)) await runner.createIndex('volumes', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of INDICES) await runner.dropIndex('volumes', index);
  }
}
