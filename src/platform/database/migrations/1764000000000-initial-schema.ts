import { type MigrationInterface, type QueryRunner, Table, type TableIndexOptions } from 'typeorm';
import { portableColumns } from './columns.js';
import { createMissingTable } from './repeatable.js';

const NULLABLE = { isNullable: true };

function index(name: string, ...columnNames: string[]): TableIndexOptions {
  return { name, columnNames };
}

export class InitialSchema1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createVolumeTypes(runner);
    await createVolumes(runner);
    await createVolumeMetadata(runner);
    await createAttachments(runner);
    await createOperations(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['operations', 'attachments', 'volume_metadata', 'volumes', 'volume_types']) {
      await runner.dropTable(table);
    }
  }
}

async function createVolumeTypes(runner: QueryRunner): Promise<void> {
  const { text, longText, flag, instant } = portableColumns(runner);
  await createMissingTable(
    runner,
    new Table({
      name: 'volume_types',
      columns: [
        text('id', 36, { isPrimary: true }),
        text('name', 255),
        text('description', 255, NULLABLE),
        flag('is_public'),
        longText('extra_specs'),
        instant('created_at'),
        instant('updated_at', NULLABLE),
      ],
      indices: [{ ...index('volume_types_name', 'name'), isUnique: true }],
    }),
  );
}

async function createVolumes(runner: QueryRunner): Promise<void> {
  const { text, longText, integer, flag, instant } = portableColumns(runner);
  await createMissingTable(
    runner,
    new Table({
      name: 'volumes',
      columns: [
        text('id', 36, { isPrimary: true }),
        text('project_id', 255),
        text('user_id', 255),
        text('name', 255, NULLABLE),
        text('description', 255, NULLABLE),
        integer('size'),
        text('status', 64),
        text('attach_status', 64),
        text('migration_status', 64, NULLABLE),
        flag('multiattach'),
        flag('bootable'),
        flag('readonly'),
        text('volume_type_id', 36, NULLABLE),
        text('backend', 64),
        text('availability_zone', 255),
        longText('export_details', NULLABLE),
        text('encryption_key_id', 36, NULLABLE),
        text('error_reason', 1024, NULLABLE),
        instant('created_at'),
        instant('updated_at', NULLABLE),
      ],
      foreignKeys: [
        {
          name: 'volumes_volume_type',
          columnNames: ['volume_type_id'],
          referencedTableName: 'volume_types',
          referencedColumnNames: ['id'],
          onDelete: 'RESTRICT',
        },
      ],
      // The first two serve every page in the default order; the third serves searches by name.
      indices: [
        index('volumes_project_created', 'project_id', 'created_at', 'id'),
        index('volumes_created', 'created_at', 'id'),
        index('volumes_project_name', 'project_id', 'name'),
        index('volumes_volume_type', 'volume_type_id'),
      ],
    }),
  );
}

async function createVolumeMetadata(runner: QueryRunner): Promise<void> {
  const { text } = portableColumns(runner);
  await createMissingTable(
    runner,
    new Table({
      name: 'volume_metadata',
      columns: [
        text('volume_id', 36, { isPrimary: true }),
        text('meta_key', 255, { isPrimary: true }),
        text('meta_value', 255),
      ],
      foreignKeys: [
        {
          name: 'volume_metadata_volume',
          columnNames: ['volume_id'],
          referencedTableName: 'volumes',
          referencedColumnNames: ['id'],
          onDelete: 'CASCADE',
        },
      ],
    }),
  );
}

async function createAttachments(runner: QueryRunner): Promise<void> {
  const { text, longText, instant } = portableColumns(runner);
  await createMissingTable(
    runner,
    new Table({
      name: 'attachments',
      columns: [
        text('id', 36, { isPrimary: true }),
        text('volume_id', 36),
        text('project_id', 255),
        text('instance_uuid', 36, NULLABLE),
        text('attached_host', 255, NULLABLE),
        text('mountpoint', 255, NULLABLE),
        instant('attach_time', NULLABLE),
        text('attach_status', 64),
        text('attach_mode', 36, NULLABLE),
        longText('connection_info'),
        longText('connector', NULLABLE),
        text('error_reason', 1024, NULLABLE),
        instant('created_at'),
        instant('updated_at', NULLABLE),
      ],
      foreignKeys: [
        {
          // The database refuses to delete a volume with attachments, whatever the code does.
          name: 'attachments_volume',
          columnNames: ['volume_id'],
          referencedTableName: 'volumes',
          referencedColumnNames: ['id'],
          onDelete: 'RESTRICT',
        },
      ],
      // Pages in the default order, per project and overall, with and without a status; per volume and server.
      indices: [
        index('attachments_project_created', 'project_id', 'created_at', 'id'),
        index('attachments_created', 'created_at', 'id'),
        index('attachments_project_status', 'project_id', 'attach_status', 'created_at', 'id'),
        index('attachments_status', 'attach_status', 'created_at', 'id'),
        index('attachments_volume', 'volume_id', 'created_at', 'id'),
        index('attachments_instance', 'instance_uuid', 'created_at', 'id'),
      ],
    }),
  );
}

async function createOperations(runner: QueryRunner): Promise<void> {
  const { text, longText, instant } = portableColumns(runner);
  await createMissingTable(
    runner,
    new Table({
      name: 'operations',
      columns: [
        text('id', 36, { isPrimary: true }),
        text('kind', 64),
        text('volume_id', 36),
        text('attachment_id', 36, NULLABLE),
        text('request_id', 64),
        text('owner', 36),
        longText('details'),
        instant('started_at'),
      ],
      indices: [index('operations_started', 'started_at'), index('operations_volume', 'volume_id')],
    }),
  );
}
