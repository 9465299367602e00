import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { portableColumns } from './columns.js';
import { addMissingColumn } from './repeatable.js';

interface Indices {
  readonly table: string;
  readonly made: Readonly<Record<string, readonly string[]>>;
  /** Old indices that the new ones replace. */
  readonly dropped: Readonly<Record<string, readonly string[]>>;
}

const INDICES: readonly Indices[] = [
  {
    // Finds each distinct value of a key, per project and overall, without reading its duplicates.
    table: 'volume_metadata',
    made: {
      volume_metadata_project_value: ['project_id', 'meta_key', 'meta_value'],
      volume_metadata_value: ['meta_key', 'meta_value'],
    },
    dropped: {},
  },
  {
    // Volumes of a type in list order.
    table: 'volumes',
    made: { volumes_volume_type_created: ['volume_type_id', 'created_at', 'id'] },
    dropped: { volumes_volume_type: ['volume_type_id'] },
  },
  {
    // Messages of a volume or attachment, or of a request.
    table: 'messages',
    made: {
      messages_resource: ['resource_uuid', 'created_at', 'id'],
      messages_request: ['request_id', 'created_at', 'id'],
    },
    dropped: {},
  },
  {
    // Open journal entries in the order in which they are processed, page by page.
    table: 'operations',
    made: { operations_started_id: ['started_at', 'id'] },
    dropped: { operations_started: ['started_at'] },
  },
];

/** Adds indices in list order for tables with many millions of rows. */
export class ManyRows1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addProjectOfMetadata(runner);
    for (const { table, made, dropped } of INDICES) {
      const there = new Set((await runner.getTable(table))?.indices.map(({ name }) => name));
      for (const [name, columns] of Object.entries(made))
        if (!there.has(name)) await create(runner, table, name, columns);
      for (const name of Object.keys(dropped)) if (there.has(name)) await runner.dropIndex(table, name);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, made, dropped } of INDICES) {
      for (const [name, columns] of Object.entries(dropped)) await create(runner, table, name, columns);
      for (const name of Object.keys(made)) await runner.dropIndex(table, name);
    }
    await runner.query('ALTER TABLE volume_metadata DROP COLUMN project_id');
  }
}

/** Adds the volume's project to its metadata; it never changes. */
async function addProjectOfMetadata(runner: QueryRunner): Promise<void> {
  const { charset, collation } = portableColumns(runner).text('project_id', 255);
  const spelling = charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${String(collation)}`;
  await addMissingColumn(
    runner,
    'volume_metadata',
    'project_id',
    `varchar(255)${spelling} NOT NULL DEFAULT ''`,
  );
  await runner.query(
    "UPDATE volume_metadata SET project_id = (SELECT project_id FROM volumes WHERE volumes.id = volume_metadata.volume_id) WHERE project_id = ''",
  );
}

function create(runner: QueryRunner, table: string, name: string, columns: readonly string[]): Promise<void> {
  return runner.createIndex(table, new TableIndex({ name, columnNames: [...columns] }));
}
