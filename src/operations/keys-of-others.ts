import type { Config } from '../platform/config/config.schema.js';
import { dialectOf, sqlitePath } from '../platform/database/data-source.js';
import { SqliteLock } from '../platform/database/sqlite-lock.js';
import type { ProcessEntity } from './process.entity.js';
import { isGone } from './process-place.js';
import { processName, readSettings } from './process-settings.js';

/** An open connection to the database. */
interface Queried {
  query<Rows>(sql: string): Promise<Rows>;
}

/** A server that may be running does not encrypt with the first key. */
export class KeyNotUsed extends Error {
  override readonly name = 'KeyNotUsed';
}

/**
 * Checks that all running servers encrypt with a key: another one's record is removed once nothing is stored with it any more.
 * @throws KeyNotUsed naming the first that does not.
 */
export async function assertServersUse(keyId: string, source: Queried, config: Config): Promise<void> {
  // An SQLite file keeps the row of a server that was killed until the next start.
  if (dialectOf(config) === 'sqlite' && !(await SqliteLock.isTaken(sqlitePath(config)))) return;
  const processes = await source.query<Pick<ProcessEntity, 'id' | 'node' | 'place' | 'settings'>[]>(
    'SELECT id, node, place, settings FROM processes ORDER BY started_at, id',
  );
  for (const one of processes) {
    const settings = isGone(one.place) ? null : readSettings(one.settings);
    const [used] = settings?.keyIds ?? [keyId];
    if (settings === null || used === keyId) continue;
    throw new KeyNotUsed(
      `The ${processName(one)} ${used === undefined ? 'has no key' : `encrypts with the key ${used}`}: restart it with ${keyId} as the first key. ` +
        `If it has died, start another server, which counts it as dead after ${String(settings.leaseS)} s.`,
    );
  }
}
