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

/** A server that may be running could not read what the first key encrypts. */
export class KeyUnknownToServer extends Error {
  override readonly name = 'KeyUnknownToServer';
}

/** Checks that all running servers know a key. @throws KeyUnknownToServer naming the first that does not. */
export async function assertServersKnow(keyId: string, source: Queried, config: Config): Promise<void> {
  // An SQLite file keeps the row of a server that was killed until the next start.
  if (dialectOf(config) === 'sqlite' && !(await SqliteLock.isTaken(sqlitePath(config)))) return;
  const processes = await source.query<Pick<ProcessEntity, 'id' | 'node' | 'place' | 'settings'>[]>(
    'SELECT id, node, place, settings FROM processes ORDER BY started_at, id',
  );
  for (const one of processes) {
    const settings = isGone(one.place) ? null : readSettings(one.settings);
    if (settings === null || settings.keyIds.includes(keyId)) continue;
    throw new KeyUnknownToServer(
      `The ${processName(one)} lacks the key ${keyId}: restart it with this key first. ` +
        `If it has died, wait until the others count it as dead (${String(settings.leaseS)} s).`,
    );
  }
}
