import { QueryFailedError } from 'typeorm';
import { Unavailable } from '../common/errors.js';

/** Seconds after which a client may try again: long enough for a connection or some space to come back. */
const RETRY_AFTER_S = 5;

const FULL = 'The database is full: nothing was changed. The operator must free space.';
const READ_ONLY = 'The database is read-only: nothing was changed. The operator must make it writable.';
const BROKEN = 'The database cannot be read or written: the storage below it reports an error.';
const LOST = 'The connection to the database is lost.';
const BUSY = 'The database is busy: nothing was changed.';

/** What SQLite, PostgreSQL, MariaDB and the network call the states that are no fault of the request. */
const TEXTS: ReadonlyMap<unknown, string> = new Map([
  ...['SQLITE_FULL', '53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'].map((code) => [code, FULL] as const),
  ...['SQLITE_READONLY', '25006', 'ER_OPTION_PREVENTS_STATEMENT', 'ER_OPEN_AS_READONLY'].map(
    (code) => [code, READ_ONLY] as const,
  ),
  ...['SQLITE_IOERR', 'SQLITE_CANTOPEN', '58030'].map((code) => [code, BROKEN] as const),
  ...['SQLITE_BUSY', 'SQLITE_LOCKED', '53300', 'ER_CON_COUNT_ERROR'].map((code) => [code, BUSY] as const),
  // Conflicts that repeating the unit did not end.
  ...['40001', '40P01', '55P03', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'].map(
    (code) => [code, BUSY] as const,
  ),
  ...[
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'],
    ...['57P01', '57P02', '57P03', '08000', '08001', '08003', '08006'],
    ...['PROTOCOL_CONNECTION_LOST', 'ER_SERVER_SHUTDOWN'],
  ].map((code) => [code, LOST] as const),
]);

/** pg gives no code to a connection that ends under a query. */
const LOST_BY_TEXT = /^Connection terminated/;

/**
 * What to throw for an error of the database: Unavailable with the reason where the database as a whole is the
 * trouble, or else the error itself.
 */
export function explainDatabaseFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = TEXTS.get((error as { code?: unknown }).code);
  const text = known ?? (LOST_BY_TEXT.test(error.message) ? LOST : undefined);
  return text === undefined ? error : new Unavailable(text, RETRY_AFTER_S, { cause: error });
}

/** Whether an error says that a row with the same unique value is there already. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code, message } = error.driverError as { readonly code?: unknown; readonly message: string };
  return code === '23505' || code === 'ER_DUP_ENTRY' || message.startsWith('SQLITE_CONSTRAINT: UNIQUE');
}
