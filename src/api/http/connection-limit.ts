import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../../platform/config/config.schema.js';

/** Files that a process always has open: program, log, event loop, database files, name lookups. */
const OWN_FILES = 64;
/** Files that one backend operation has open at once: a command's three pipes and a file. */
const FILES_OF_A_WORK = 4;

/** Returns `max_connections`, lowered if the limit of open files leaves less beside the database and the backends. */
export function connectionLimit(
  config: Pick<Config, 'max_connections' | 'database_pool_size' | 'backends' | 'backend_concurrency'>,
  log: Logger,
  openFiles = openFilesLimit(),
): number {
  const { max_connections: wanted } = config;
  const reserve =
    OWN_FILES +
    config.database_pool_size +
    config.backends.length * config.backend_concurrency * FILES_OF_A_WORK;
  // With a very low limit, clients still get a quarter: most backends never run that many operations at once.
  const possible = Math.max(openFiles - reserve, Math.floor(openFiles / 4));
  if (wanted <= possible) return wanted;
  log.warn(
    { maxConnections: wanted, limitedTo: possible, openFiles, reserve },
    'max_connections exceeds what the limit of open files leaves after the database and the backends: raise that limit (LimitNOFILE in systemd, ulimit -n)',
  );
  return possible;
}

/** Returns the soft limit of open files of this process; Infinity if the system does not report one. */
export function openFilesLimit(file = '/proc/self/limits'): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync(file, 'utf8')) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
