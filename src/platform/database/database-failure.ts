import { isNativeError } from 'node:util/types';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { Unavailable } from '../errors.js';

/** Retry-After in seconds: long enough for a connection or disk space to come back. */
const RETRY_AFTER_S = 5;

/** The database itself failed, not the request. */
export class DatabaseTrouble extends Unavailable {
  /** @param isSlow true if the failure took a full timeout, which further work of the request would take again. */
  constructor(
    message: string,
    cause?: unknown,
    readonly isSlow = false,
  ) {
    super(message, RETRY_AFTER_S, { cause });
  }

  /** Returns the same error with a sentence about the part of the request that was already recorded. */
  after(sentence: string): DatabaseTrouble {
    return new DatabaseTrouble(`${this.message} ${sentence}`, this, this.isSlow);
  }
}

/** The database failed during a commit: the unit may or may not be committed. */
export class OutcomeUnknown extends DatabaseTrouble {}

const FULL = 'The database is full. The operator must free space.';
const READ_ONLY = 'The database is read-only. The operator must make it writable.';
const BROKEN = 'The database cannot be read or written: the storage below it reports an error.';
const LOST = 'The connection to the database is lost.';
const SILENT = 'The database does not answer.';
const REFUSED = 'The database rejects this server.';
const BUSY = 'The database is busy.';
const LOCKED = 'The database is busy: another session has locked what the request needs.';
const UNKNOWN =
  'The connection to the database was lost while the change was being committed; it may have been stored. Check before you repeat the request. The server finishes or undoes what was started.';

/** MariaDB error numbers for which its driver has no names. */
const MARIADB_STATEMENT_TIMEOUT = 1969;
const MARIADB_CONNECTION_KILLED = 1927;

/** Error codes of SQLite, PostgreSQL, MariaDB and the network that are not the request's fault. */
const CODES: Readonly<Record<string, readonly (string | number)[]>> = {
  [FULL]: ['SQLITE_FULL', '53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'],
  [READ_ONLY]: [
    ...['SQLITE_READONLY', '25006', 'ER_OPTION_PREVENTS_STATEMENT', 'ER_OPEN_AS_READONLY'],
    ...['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'ER_READ_ONLY_MODE'],
  ],
  // SQLite cannot tell a page that was read partially from a corrupt one.
  [BROKEN]: [
    ...['SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_PROTOCOL'],
    ...['58030', '58P01', 'XX001', 'XX002'],
    ...['ER_ERROR_ON_READ', 'ER_ERROR_ON_WRITE', 'ER_CRASHED_ON_USAGE', 'ER_NOT_KEYFILE'],
  ],
  [BUSY]: [
    ...['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_INTERRUPT', 'SQLITE_NOMEM'],
    ...['53000', '53200', '53300', '53400', 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS'],
    // Conflicts that persisted through the retries, and statements that took too long.
    ...['40001', '40P01', '57014', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD'],
    ...['ER_QUERY_INTERRUPTED', 'ER_QUERY_TIMEOUT', MARIADB_STATEMENT_TIMEOUT],
  ],
  [LOCKED]: ['55P03', 'ER_LOCK_WAIT_TIMEOUT'],
  [LOST]: [
    ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
    ...['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'],
    ...['57P01', '57P02', '57P03', '57P05', '25P03', '08000', '08001', '08003', '08004', '08006', '08P01'],
    ...['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_PACKETS_OUT_OF_ORDER', 'ER_SERVER_SHUTDOWN'],
    ...['ER_NEW_ABORTING_CONNECTION', 'ER_ABORTING_CONNECTION', MARIADB_CONNECTION_KILLED],
  ],
  [SILENT]: ['ETIMEDOUT', 'PROTOCOL_SEQUENCE_TIMEOUT'],
  [REFUSED]: [
    '28000',
    '28P01',
    '3D000',
    'ER_ACCESS_DENIED_ERROR',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_BAD_DB_ERROR',
  ],
};

const TEXTS: ReadonlyMap<unknown, string> = new Map(
  Object.entries(CODES).flatMap(([text, codes]) => codes.map((code) => [code, text] as const)),
);

/** Driver messages without a code about connections that ended or failed. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/connection timeout|timeout exceeded when trying to connect|Query read timeout/, SILENT],
  [
    /^Connection terminated|not queryable|in closed state|^Pool is closed|after calling end on the pool/,
    LOST,
  ],
];

/** Failures that another connection may not have: it may reach another server after a failover. */
const ENDS_CONNECTION: ReadonlySet<string> = new Set([LOST, SILENT, READ_ONLY]);

/** The connection was closed before the statement could be sent. */
const NEVER_SENT = /not queryable|in closed state|^Pool is closed|after calling end on the pool/;

/** Maps a database error: DatabaseTrouble with the reason if the database itself failed, otherwise the error itself. */
export function explainDatabaseFailure(error: unknown): unknown {
  const text = troubleOf(error);
  return text === undefined ? error : new DatabaseTrouble(text, error, text === SILENT);
}

/** Maps an error of COMMIT: OutcomeUnknown if the commit may have happened, otherwise the error itself. */
export function explainCommitFailure(error: unknown): unknown {
  const text = troubleOf(error);
  const isOpen =
    (text === LOST || text === SILENT) && !isReleased(error) && !NEVER_SENT.test((error as Error).message);
  return isOpen ? outcomeUnknown(error) : error;
}

/** Kinds of failures of the database itself. */
export type DatabaseProblem =
  'full' | 'read-only' | 'broken' | 'lost' | 'silent' | 'refused' | 'busy' | 'locked';

const PROBLEMS: Readonly<Record<string, DatabaseProblem>> = {
  [FULL]: 'full',
  [READ_ONLY]: 'read-only',
  [BROKEN]: 'broken',
  [LOST]: 'lost',
  [SILENT]: 'silent',
  [REFUSED]: 'refused',
  [BUSY]: 'busy',
  [LOCKED]: 'locked',
};

/** Returns the kind of the failure; undefined if the database itself did not fail. */
export function problemOf(error: unknown): DatabaseProblem | undefined {
  return PROBLEMS[troubleOf(error) ?? ''];
}

/** Returns whether a connection must be closed after this error. */
export function endsConnection(error: unknown): boolean {
  return ENDS_CONNECTION.has(troubleOf(error) ?? '');
}

/** Creates the error for a wait that timed out because no connection was free. */
export function databaseBusy(): DatabaseTrouble {
  return new DatabaseTrouble(BUSY, undefined, true);
}

/** Creates the error for a row locked by another client. */
export function databaseLocked(): DatabaseTrouble {
  return new DatabaseTrouble(LOCKED);
}

/** Returns whether waiting for a lock timed out. */
export function isLockTimeout(error: unknown): boolean {
  return troubleOf(error) === LOCKED;
}

export function outcomeUnknown(cause?: unknown): OutcomeUnknown {
  return new OutcomeUnknown(UNKNOWN, cause);
}

/** Returns whether an error is a violation of a unique constraint. */
export function isDuplicate(error: unknown): boolean {
  const { code, message } = (error instanceof QueryFailedError ? error.driverError : error) as {
    readonly code?: unknown;
    readonly message: string;
  };
  return code === '23505' || code === 'ER_DUP_ENTRY' || message.startsWith('SQLITE_CONSTRAINT: UNIQUE');
}

function troubleOf(error: unknown): string | undefined {
  if (!isNativeError(error)) return undefined;
  if (isReleased(error)) return LOST;
  const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
  return (
    TEXTS.get(code) ?? TEXTS.get(errno) ?? BY_MESSAGE.find(([pattern]) => pattern.test(error.message))?.[1]
  );
}

/** Returns whether TypeORM's runner noticed between two statements that its connection had ended. */
function isReleased(error: unknown): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}
