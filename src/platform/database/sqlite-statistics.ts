import type { DataSource } from 'typeorm';
import { DatabaseTrouble, explainDatabaseFailure } from './database-failure.js';

/**
 * Planner statistics per index: rows of its table, then rows that share its first column, its first two, and so on. The
 * values are those of a large installation. Only their order matters: a selective index goes before a less selective
 * one, and an index no more selective than the project loses to the one in list order, which stops at the end of the
 * page.
 */
export const SQLITE_STATISTICS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  volumes: {
    sqlite_autoindex_volumes_1: '1000000 1',
    volumes_project_created: '1000000 10000 1 1',
    volumes_created: '1000000 1 1',
    // Only for sums: finding volumes of a size by it would require sorting all of them.
    volumes_project_usage: '1000000 10000 10000 10000',
    volumes_project_name_created: '1000000 10000 2 1 1',
    volumes_volume_type_created: '1000000 100000 1 1',
    volumes_backend_usage: '1000000 500000 500000',
  },
  volume_metadata: {
    sqlite_autoindex_volume_metadata_1: '1000000 5 1',
    volume_metadata_project_value: '1000000 10000 2000 100',
    volume_metadata_value: '1000000 200000 10000',
  },
  attachments: {
    sqlite_autoindex_attachments_1: '1000000 1',
    attachments_project_created: '1000000 10000 1 1',
    attachments_created: '1000000 1 1',
    attachments_project_status: '1000000 10000 2000 1 1',
    attachments_status: '1000000 200000 1 1',
    attachments_volume: '1000000 1 1 1',
    attachments_instance: '1000000 3 1 1',
    attachments_host_created: '1000000 100 1 1',
  },
  attachment_events: {
    sqlite_autoindex_attachment_events_1: '1000000 6 1',
    attachment_events_kind_occurred: '1000000 100000 1',
    attachment_events_position: '1000000 1',
  },
  messages: {
    sqlite_autoindex_messages_1: '1000000 1',
    messages_project_created: '1000000 10000 1 1',
    messages_guaranteed: '1000000 1',
    messages_resource: '1000000 2 1 1',
    messages_request: '1000000 1 1 1',
  },
  operations: {
    sqlite_autoindex_operations_1: '10000 1',
    operations_started_id: '10000 1 1',
    operations_volume: '10000 1',
  },
};

interface Row {
  readonly tbl: string;
  readonly idx: string;
  readonly stat: string;
}

const ROWS: readonly Row[] = Object.entries(SQLITE_STATISTICS).flatMap(([tbl, indices]) =>
  Object.entries(indices).map(([idx, stat]) => ({ tbl, idx, stat })),
);

/**
 * Replaces the statistics of SQLite's planner with those above. Statistics from an ANALYZE of a small database are
 * worse than none. Call it before other connections open, which read them once.
 */
export async function setSqliteStatistics(writer: DataSource): Promise<void> {
  try {
    if (await areSet(writer)) return;
    // Creates the table without counting anything.
    await writer.query('ANALYZE sqlite_schema');
    await writer.transaction(async (manager) => {
      await manager.query('DELETE FROM sqlite_stat1');
      for (const { tbl, idx, stat } of ROWS)
        await manager.query('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)', [tbl, idx, stat]);
    });
    // Makes this connection load them.
    await writer.query('ANALYZE sqlite_schema');
  } catch (error) {
    // A full disk can still be read.
    if (!(explainDatabaseFailure(error) instanceof DatabaseTrouble)) throw error;
  }
}

async function areSet(writer: DataSource): Promise<boolean> {
  const [table] = await writer.query<unknown[]>("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'");
  if (table === undefined) return false;
  const rows = await writer.query<Row[]>('SELECT tbl, idx, stat FROM sqlite_stat1');
  const textOf = (some: readonly Row[]): string =>
    some
      .map(({ tbl, idx, stat }) => `${tbl} ${idx} ${stat}`)
      .sort()
      .join('\n');
  return textOf(rows) === textOf(ROWS);
}
