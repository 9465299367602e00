import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const NAME = 'volume_types_created';

/** Volume types in list order, so that a page does not sort all of them. */
export class TypesInOrder1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable('volume_types');
    if (table?.indices.some(({ name }) => name === NAME) === true) return;
    const columnNames = ['created_at', 'id'];
    await runner.createIndex('volume_types', new TableIndex({ name: NAME, columnNames }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('volume_types', NAME);
  }
}
