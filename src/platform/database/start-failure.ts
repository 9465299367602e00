import { QueryFailedError } from 'typeorm';
import type { Config } from '../config/config.schema.js';
import { redactText } from '../logging/redact.js';
import { Unavailable } from '../errors.js';
import { dialectOf } from './dialect.js';
import { type DatabaseProblem, problemOf } from './database-failure.js';
import { databaseName } from './database-name.js';
import { DatabaseUnusable } from './database-unusable.js';

/** What to do about a database that fails at start; `$` is the setting that names it. */
const MENDS: Readonly<Record<DatabaseProblem, string>> = {
  full: 'Free space on its disk.',
  'read-only': 'Make it writable, or set $ to one that is.',
  broken: 'Restore a backup, or set $ to another database.',
  lost: 'Start it, or correct host and port in $.',
  silent: 'Check that it runs and that the network lets this server reach it, or correct $.',
  refused: 'Create the user and the database there, or correct user, password and database in $.',
  busy: 'Raise its limit of connections, lower database_pool_size, or wait until others have finished.',
  locked: 'End the session that holds the lock, or wait.',
};

/** Of SQLite files these have other reasons. */
const SQLITE_MENDS: Partial<typeof MENDS> = {
  lost: 'Set $ to a file in an existing folder.',
  busy: 'Stop the program that has the file open.',
};

const OTHER =
  'Check user, password, host, port and database in $, and that the user may create and change tables.';

/** PostgreSQL's and MariaDB's codes of errors; Node's codes of programming errors are none. */
const OF_SERVER = /^(?:[0-9A-Z]{5}$|ER_)/;

/**
 * Returns the error for a database that failed while it was opened, with its name, the setting and what to do.
 * Programming errors are returned as they are.
 * @param isConnecting true if any error is one of the connection.
 */
export function explainStartFailure(config: Config, error: unknown, isConnecting = false): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnusable) return error;
  const cause = error instanceof Unavailable && error.cause instanceof Error ? error.cause : error;
  const problem = problemOf(cause);
  if (problem === undefined && !isConnecting && !isOfServer(cause)) return error;
  const setting = config.database_url === undefined ? 'data_folder' : 'database_url';
  const mends = dialectOf(config) === 'sqlite' ? { ...MENDS, ...SQLITE_MENDS } : MENDS;
  const mend = (problem === undefined ? OTHER : mends[problem]).replaceAll('$', setting);
  return new DatabaseUnusable(
    `The database ${databaseName(config)} (setting ${setting}) cannot be used: ${sentence(cause.message)} ${mend}`,
    { cause },
  );
}

function isOfServer(error: Error): boolean {
  const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: unknown };
  return typeof code === 'string' && OF_SERVER.test(code);
}

function sentence(message: string): string {
  const line = redactText(message.replace(/\s+/g, ' ').trim());
  return line.endsWith('.') ? line : `${line}.`;
}
