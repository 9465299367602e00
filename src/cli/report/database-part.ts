import { statSync } from 'node:fs';
import { MOST_COUNTED, StoredStateReader, type Tally } from '../../operator/metrics/index.js';
import { Clock } from '../../platform/clock.js';
import type { Config } from '../../platform/config/config.schema.js';
import { databaseName } from '../../platform/database/database-name.js';
import { dialectOf } from '../../platform/database/dialect.js';
import { inspect } from '../../platform/database/inspection.js';
import { migrations } from '../../platform/database/migrations/index.js';
import type { Reader } from '../../platform/database/reader.js';

/** Longest lists. */
const MOST_ENTRIES = 50;
const MOST_MIGRATIONS = 1_000;

const VERSION_QUERIES = {
  sqlite: 'SELECT sqlite_version() AS version',
  postgres: 'SELECT version() AS version',
  mariadb: 'SELECT version() AS version',
} as const;

/** Describes the configured database, or says why it cannot be read. Reads no column that may contain credentials. */
export async function databasePart(config: Config): Promise<object> {
  const dialect = dialectOf(config);
  const about = { name: databaseName(config), dialect };
  try {
    const { reader, close } = await inspect(config);
    try {
      const [row] = await reader.rows<{ version: string }>(VERSION_QUERIES[dialect], []);
      const bytes = dialect === 'sqlite' ? { bytes: sizesOf(about.name) } : {};
      return { ...about, ...bytes, version: row?.version, ...(await contentsOf(reader).catch(asReason)) };
    } finally {
      await close();
    }
  } catch (error) {
    return { ...about, ...asReason(error) };
  }
}

function asReason(error: unknown): { readonly error: string } {
  const { message, cause } = error as Error;
  return { error: cause instanceof Error ? `${message} (${cause.message})` : message };
}

async function contentsOf(reader: Reader): Promise<object> {
  const state = await new StoredStateReader(reader, new Clock()).read();
  return {
    migrations: await migrationsOf(reader),
    countedAtMost: MOST_COUNTED,
    volumes: await countsBy(reader, 'volumes', 'status'),
    attachments: await countsBy(reader, 'attachments', 'attach_status'),
    passingAttachments: present(state.attachments),
    journal: { byKind: present(state.journal), oldest: await oldestEntries(reader) },
    processes: await reader.rows(
      'SELECT id, started_at, renewed_at, place FROM processes ORDER BY started_at, id LIMIT ?',
      [MOST_ENTRIES],
    ),
  };
}

/** Names of migrations that this release lacks or the database does. */
async function migrationsOf(reader: Reader): Promise<object> {
  const rows = await reader.rows<{ name: string }>('SELECT name FROM migrations ORDER BY id DESC LIMIT ?', [
    MOST_MIGRATIONS,
  ]);
  const applied = rows.map(({ name }) => name);
  const known = migrations.map(({ name }) => name);
  return {
    last: applied[0] ?? null,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function countsBy(
  reader: Reader,
  table: 'volumes' | 'attachments',
  column: 'status' | 'attach_status',
): Promise<object> {
  const rows = await reader.rows<{ state: string; found: number | string }>(
    `SELECT ${column} AS state, COUNT(*) AS found FROM (SELECT ${column} FROM ${table} LIMIT ?) counted GROUP BY ${column}`,
    [MOST_COUNTED],
    'large',
  );
  return Object.fromEntries(rows.map(({ state, found }) => [state, Number(found)]));
}

/** Without their details, which contain connectors. */
async function oldestEntries(reader: Reader): Promise<object[]> {
  return reader.rows(
    'SELECT kind, volume_id, attachment_id, request_id, owner, started_at FROM operations ORDER BY started_at, id LIMIT ?',
    [MOST_ENTRIES],
  );
}

function present(tallies: ReadonlyMap<string, Tally>): object {
  return Object.fromEntries([...tallies].filter(([, { count }]) => count > 0));
}

function sizesOf(file: string): object {
  const size = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.size ?? null;
  return { file: size(file), log: size(`${file}-wal`) };
}
