import { Reader } from '../../src/platform/database/reader.js';
import type { TestApp } from './test-app.js';

const TABLES = [
  ...['volumes', 'volume_metadata', 'volume_types', 'attachments', 'attachment_events'],
  ...['legacy_connections', 'messages', 'operations', 'idempotency_keys'],
];

/** Dumps the database of a server as text, to compare states. */
export async function contentsOf({ app }: TestApp): Promise<string> {
  const reader = app.get(Reader);
  const tables = await Promise.all(
    TABLES.map(async (table) => [table, await reader.rows(`SELECT * FROM ${table} ORDER BY 1, 2`, [])]),
  );
  return JSON.stringify(Object.fromEntries(tables));
}
