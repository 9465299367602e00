import { hostname } from 'node:os';
import type { Config } from '../platform/config/config.schema.js';

/** Settings that should be the same at all processes: any of them may do the upkeep, and a node tells Nova of growth. */
const OF_ALL = ['reservation_ttl_s', 'history_retention_days', 'message_ttl_s', 'nova_endpoint'] as const;

/** Settings that should be the same at all processes that answer requests. */
const OF_API = [
  'service_token_rule',
  'default_backend',
  'availability_zone',
  'reader_sees_secrets',
  'idempotency_key_ttl_s',
  'quota_volumes',
  'quota_gigabytes',
  'quota_attachments',
] as const;

type Value = number | string | boolean | null;
type Shared = Readonly<Partial<Record<(typeof OF_ALL)[number] | (typeof OF_API)[number], Value>>>;

/** What a process runs with, as far as others on the database depend on it. */
export interface ProcessSettings {
  /** Seconds without a renewal after which it counts as dead. */
  readonly leaseS: number;
  /** Where it runs, for people, such as `storage-3 (process 4711)`. */
  readonly where: string;
  /** Ids of its encryption keys. The first one encrypts, if there is one. */
  readonly keyIds: readonly string[];
  /** Settings that should be the same everywhere; only those that the process uses. */
  readonly shared: Shared;
}

/** A setting whose value differs in another process. */
export interface Difference {
  readonly setting: string;
  readonly here: Value;
  readonly there: Value;
}

export function settingsOf(config: Config): ProcessSettings {
  const names = config.role === 'volume' ? OF_ALL : [...OF_ALL, ...OF_API];
  const shared: Shared = Object.fromEntries(names.map((name) => [name, config[name] ?? null]));
  const keyIds = config.secret_keys.map(({ id }) => id);
  const where = `${hostname()} (process ${String(process.pid)})`;
  return { leaseS: config.process_lease_s, where, keyIds, shared };
}

/** The text that a process's row keeps. Later releases may add to it. */
export function writtenSettings({ leaseS, where, keyIds, shared }: ProcessSettings): string {
  return JSON.stringify({ process_lease_s: leaseS, where, secret_keys: keyIds, shared });
}

/** Reads the text of a row; null if it is not one of this release's. */
export function readSettings(text: string | null): ProcessSettings | null {
  const { process_lease_s: leaseS, where, secret_keys: keyIds, shared } = fieldsOf(text);
  const isReadable =
    typeof leaseS === 'number' &&
    leaseS > 0 &&
    typeof where === 'string' &&
    Array.isArray(keyIds) &&
    typeof shared === 'object' &&
    shared !== null;
  return isReadable ? { leaseS, where, keyIds: keyIds.map(String), shared } : null;
}

function fieldsOf(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The columns of a process's row that tell of it. */
export interface ProcessRow {
  readonly id: string;
  readonly node: string | null;
  readonly settings: string | null;
}

/** Which settings differ between two processes although they should not. */
export function differences(here: ProcessSettings, there: ProcessSettings): Difference[] {
  return [...OF_ALL, ...OF_API].flatMap((setting) => {
    const [mine, other] = [here.shared[setting], there.shared[setting]];
    return mine === undefined || other === undefined || mine === other
      ? []
      : [{ setting, here: mine, there: other }];
  });
}

/** Each difference once, with the names of all processes that have it. */
export function differencesFrom(
  here: ProcessSettings,
  others: readonly ProcessRow[],
): (Difference & { readonly servers: readonly string[] })[] {
  const found = new Map<string, Difference & { readonly servers: string[] }>();
  for (const other of others) {
    const theirs = readSettings(other.settings);
    for (const difference of theirs === null ? [] : differences(here, theirs)) {
      const key = JSON.stringify(difference);
      const one = found.get(key) ?? { ...difference, servers: [] };
      one.servers.push(processName(other));
      found.set(key, one);
    }
  }
  return [...found.values()];
}

/** What people call a process: a volume node by its name, and where it runs. */
export function processName({ id, node, settings }: ProcessRow): string {
  const kind = node === null ? 'server' : `volume node ${node}`;
  const where = readSettings(settings)?.where;
  if (where !== undefined) return `${kind} on ${where}`;
  return node === null ? `${kind} ${id}` : kind;
}

/** Why two processes could not read each other's secrets; null if they can. */
export function keyConflict(here: ProcessSettings, there: ProcessSettings): string | null {
  const [own] = here.keyIds;
  const [other] = there.keyIds;
  if (other !== undefined && !here.keyIds.includes(other))
    return `encrypts with the key ${other}, which this one lacks: add it to secret_keys or secret_keys_file`;
  if (own === undefined || there.keyIds.includes(own)) return null;
  return there.keyIds.length === 0
    ? `has no secret_keys and could not read what this one encrypts with the key ${own}: to begin with encryption, stop all servers`
    : `lacks the key ${own}, with which this one would encrypt: first restart all servers with it as the last key, then with it as the first`;
}
