import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../platform/clock.js';
import type { Config } from '../../platform/config/config.schema.js';
import { createMigrator, dialectOf, type Entities } from '../../platform/database/data-source.js';
import { Database } from '../../platform/database/database.module.js';
import { databaseName } from '../../platform/database/database-name.js';
import { DatabaseTime } from '../../platform/database/database-time.js';
import { DatabaseUnusable } from '../../platform/database/database-unusable.js';
import { whileStartsWait } from '../../platform/database/migrate.js';
import type { Reader } from '../../platform/database/reader.js';
import { DatabaseInUse } from '../../platform/database/sqlite-lock.js';
import type { Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { ProcessEntity } from '../../operations/process.entity.js';
import { isGone } from '../../operations/process-place.js';
import { readSettings } from '../../operations/process-settings.js';
import { ProcessesRepository } from '../../operations/processes.repository.js';
import { BackendChangeRefused } from './refused.js';

const LOOK_MS = 500;

/** A database to change, and a listener for progress. */
export interface Site {
  readonly config: Config;
  readonly entities: Entities;
  /** Called with what is being waited for. */
  readonly tell: (line: string) => void;
}

/** The processes that have not certainly ended. */
type Signs = ReadonlyMap<string, ProcessEntity>;

/** A database that no server is using. */
export interface StoppedDatabase {
  readonly reader: Reader;
  readonly time: DatabaseTime;
  /** @throws BackendChangeRefused from a unit that finds a server started meanwhile. */
  readonly unitOfWork: UnitOfWork;
}

/**
 * Runs `work` on the configured database while no server uses it, and keeps servers from starting: by the lock of an
 * SQLite file, or on PostgreSQL and MariaDB by the schema's lock, which every start takes. A server that had passed that
 * lock but not registered yet is found by the next unit.
 * @throws BackendChangeRefused if a server is alive; DatabaseUnusable.
 */
export async function withStoppedDatabase<T>(
  { config, entities, tell }: Site,
  work: (database: StoppedDatabase) => Promise<T>,
): Promise<T> {
  const name = databaseName(config);
  const isSqlite = dialectOf(config) === 'sqlite';
  // Opening it would create a new, empty database.
  if (isSqlite && !existsSync(name)) throw new DatabaseUnusable(`database ${name} does not exist`);
  const database = await Database.open(config, entities).catch((error: unknown) => {
    if (error instanceof DatabaseInUse) throw serverLives(name);
    throw error;
  });
  try {
    const time = new DatabaseTime(dialectOf(config), new Clock());
    const { reader, unitOfWork } = database;
    // Processes listed in an SQLite file are dead, as its lock proves.
    if (isSqlite) return await work({ reader, time, unitOfWork });
    const processes = new ProcessesRepository(time);
    return await onServer(config, async () => {
      const silent = await silentProcesses(config, tell, () => unitOfWork.run((tx) => signs(processes, tx)));
      const guarded: UnitOfWork = {
        run: (unit) =>
          unitOfWork.run(async (tx) => {
            if (hasNews(silent, await signs(processes, tx))) throw serverLives(name);
            return unit(tx);
          }),
      };
      return work({ reader, time, unitOfWork: guarded });
    });
  } finally {
    await database.close();
  }
}

async function onServer<T>(config: Config, work: () => Promise<T>): Promise<T> {
  const source = await createMigrator(config).initialize();
  try {
    return await whileStartsWait(source, work);
  } finally {
    await source.destroy();
  }
}

/** Waits until processes that died elsewhere are proved dead by their silence. @throws BackendChangeRefused */
async function silentProcesses(
  config: Config,
  tell: (line: string) => void,
  look: () => Promise<Signs>,
): Promise<Signs> {
  const first = await look();
  if (first.size === 0) return first;
  const leases = [...first.values()].map(({ settings }) => readSettings(settings)?.leaseS);
  const seconds = Math.max(...leases.map((leaseS) => leaseS ?? config.process_lease_s));
  tell(
    `The database lists ${String(first.size)} servers that may be running. They count as dead after ${String(seconds)} s without a heartbeat.`,
  );
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    await sleep(LOOK_MS);
    if (hasNews(first, await look())) throw serverLives(databaseName(config));
  }
  return first;
}

async function signs(processes: ProcessesRepository, tx: Tx): Promise<Signs> {
  const listed = (await processes.all(tx)).filter(({ place }) => !isGone(place));
  return new Map(listed.map((one) => [one.id, one]));
}

function hasNews(before: Signs, now: Signs): boolean {
  return [...now.values()].some(({ id, renewedAt }) => before.get(id)?.renewedAt !== renewedAt);
}

function serverLives(name: string): BackendChangeRefused {
  return new BackendChangeRefused(
    `a server is using the database ${name}. Stop every server on it and repeat the command; it continues where it stopped`,
  );
}
