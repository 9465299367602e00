import { parseJsonColumn } from '../../platform/database/json-column.js';
import type { Reader } from '../../platform/database/reader.js';
import { type ExtraSpecs, missingBackendName } from '../../volumes/types/index.js';

/** Maximum rows to count; beyond it, the result is "at least" that many. */
const COUNTED = 100_000;

/** Maximum backends and types to read. */
const NAMES = 1000;

/** Maximum backends of volume nodes to read. */
const NODES = 10_000;

/** Rows that belong to a backend. */
export interface Usage {
  readonly backend: string;
  readonly volumes: number;
  /** Counted over at most {@link COUNTED} volumes. */
  readonly attachments: number;
  /** True if there are more than were counted. */
  readonly isAtLeast: boolean;
}

/** The volume nodes of backends, by the backends' names. */
export async function nodesOfBackends(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.rows<{ name: string; node: string }>(
    `SELECT name, node FROM node_backends ORDER BY name LIMIT ${String(NODES)}`,
    [],
  );
  return new Map(rows.map(({ name, node }) => [name, node]));
}

/** Backends that have volumes but are not among `configured`, by name. Reads no volumes of the configured ones. */
export async function strandedBackends(reader: Reader, configured: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (let after = ''; names.length < NAMES;) {
    // One index lookup per name, however many volumes have it.
    const [row] = await reader.rows<{ backend: string }>(
      'SELECT backend FROM volumes WHERE backend > ? ORDER BY backend LIMIT 1',
      [after],
    );
    if (row === undefined) break;
    after = row.backend;
    if (!configured.includes(after)) names.push(after);
  }
  return names;
}

/** Number of a backend's volumes and attachments. */
export async function usageOf(reader: Reader, backend: string): Promise<Usage> {
  const some = `SELECT id FROM volumes WHERE backend = ? LIMIT ${String(COUNTED + 1)}`;
  const volumes = await count(reader, `SELECT COUNT(*) AS count FROM (${some}) volume`, backend);
  const attachments = await count(
    reader,
    `SELECT COUNT(*) AS count FROM (SELECT attachment.id FROM (${some}) volume JOIN attachments attachment ON attachment.volume_id = volume.id LIMIT ${String(COUNTED + 1)}) one`,
    backend,
  );
  return {
    backend,
    volumes: Math.min(volumes, COUNTED),
    attachments: Math.min(attachments, COUNTED),
    isAtLeast: volumes > COUNTED || attachments > COUNTED,
  };
}

/** Names of types that require a backend name that no configured backend has. */
export async function typesWithoutBackend(reader: Reader, configured: readonly string[]): Promise<string[]> {
  const types = await reader.rows<{ name: string; extra_specs: string }>(
    `SELECT name, extra_specs FROM volume_types ORDER BY name LIMIT ${String(NAMES)}`,
    [],
  );
  return types
    .filter((type) => {
      const specs = parseJsonColumn(type.extra_specs) as ExtraSpecs | null;
      return specs !== null && missingBackendName(specs, configured) !== null;
    })
    .map(({ name }) => name);
}

async function count(reader: Reader, sql: string, backend: string): Promise<number> {
  const [row] = await reader.rows<{ count: number | string }>(sql, [backend], 'large');
  return Number(row?.count ?? 0);
}
