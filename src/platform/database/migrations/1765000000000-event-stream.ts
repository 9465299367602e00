import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { isSqlite, portableColumns } from './columns.js';
import { addMissingColumn, createMissingTable } from './repeatable.js';

const TABLE = 'attachment_events';
const INDEX = 'attachment_events_position';
const CURSORS = ['removed', 'sequenced'];

/** Gives events a place in one stream (docs/adr/0035). Events from before have none. */
export class EventStream1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text } = portableColumns(runner);
    await addMissingColumn(runner, TABLE, 'position', 'bigint');
    for (const [name, length] of [
      ['instance_uuid', 36],
      ['backend', 64],
    ] as const) {
      const { charset, collation } = text(name, length);
      const spelling = charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${String(collation)}`;
      await addMissingColumn(runner, TABLE, name, `varchar(${String(length)})${spelling}`);
    }
    const there = new Set((await runner.getTable(TABLE))?.indices.map(({ name }) => name));
    if (!there.has(INDEX))
      await runner.createIndex(
        TABLE,
        new TableIndex({ name: INDEX, columnNames: ['position'], isUnique: true }),
      );
    await createMissingTable(
      runner,
      new Table({
        name: 'event_cursors',
        columns: [text('name', 64, { isPrimary: true }), { name: 'position', type: 'bigint' }],
      }),
    );
    for (const name of CURSORS)
      await runner.query(
        `INSERT INTO event_cursors (name, position) SELECT '${name}', 0 FROM (SELECT COUNT(*) AS there FROM event_cursors WHERE name = '${name}') found WHERE there = 0`,
      );
    // SQLite has one writer, which numbers events in the order of their commits.
    if (!isSqlite(runner)) await runner.query('CREATE SEQUENCE IF NOT EXISTS attachment_event_numbers');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!isSqlite(runner)) await runner.query('DROP SEQUENCE attachment_event_numbers');
    await runner.dropTable('event_cursors');
    await runner.dropIndex(TABLE, INDEX);
    for (const column of ['backend', 'instance_uuid', 'position'])
      await runner.query(`ALTER TABLE ${TABLE} DROP COLUMN ${column}`);
  }
}
