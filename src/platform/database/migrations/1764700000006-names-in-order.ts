import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const NAME = 'volumes_project_name_created';

/** Volumes of a name in list order. Without the order, SQLite reads all volumes of a project to find a name. */
export class NamesInOrder1764700000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable('volumes');
    const there = new Set(table?.indices.map(({ name }) => name));
    const columnNames = ['project_id', 'name', 'created_at', 'id'];
    if (!there.has(NAME)) await runner.createIndex('volumes', new TableIndex({ name: NAME, columnNames }));
    if (there.has('volumes_project_name')) await runner.dropIndex('volumes', 'volumes_project_name');
  }

  async down(runner: QueryRunner): Promise<void> {
    const columnNames = ['project_id', 'name'];
    await runner.createIndex('volumes', new TableIndex({ name: 'volumes_project_name', columnNames }));
    await runner.dropIndex('volumes', NAME);
  }
}
