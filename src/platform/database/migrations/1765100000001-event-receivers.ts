import type { MigrationInterface, QueryRunner } from 'typeorm';
import { portableColumns } from './columns.js';
import { addMissingColumn } from './repeatable.js';

const COLUMNS = [
  ['attachment_events', 'volume_status', 32],
  ['event_cursors', 'process_id', 36],
] as const;

/** What receivers of events need: the volume and its status, and who delivers (docs/adr/0036). */
export class EventReceivers1765100000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, longText } = portableColumns(runner);
    for (const [table, name, length] of COLUMNS) {
      const { charset, collation } = text(name, length);
      const spelling = charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${String(collation)}`;
      await addMissingColumn(runner, table, name, `varchar(${String(length)})${spelling}`);
    }
    const { type, charset, collation } = longText('details');
    const spelling = charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${String(collation)}`;
    await addMissingColumn(runner, 'attachment_events', 'details', `${type}${spelling}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attachment_events DROP COLUMN details');
    for (const [table, name] of COLUMNS) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  }
}
