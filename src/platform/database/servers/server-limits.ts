import type { Config } from '../../config/config.schema.js';

/** Uses of connections to PostgreSQL and MariaDB. */
export type ServerUse = 'writer' | 'reader' | 'background' | 'health' | 'migrator';

/** Pool size, and timeouts in milliseconds. */
export interface ServerLimits {
  readonly size: number;
  readonly connectMs: number;
  /** Enforced by the database, so that it stops the statement. */
  readonly statementMs: number;
  readonly lockMs: number;
  readonly idleTransactionMs: number;
  /** Enforced by this process, for a database that does not answer. */
  readonly answerMs: number;
}

/** An index on many million rows takes long, and so does waiting for another server's migrations. */
const MIGRATION_MS = 2 * 3600 * 1000;

export function serverLimits(config: Config, use: ServerUse): ServerLimits {
  const usual = {
    size: 1,
    connectMs: config.database_connect_timeout_ms,
    statementMs: config.database_statement_timeout_ms,
    lockMs: config.database_lock_timeout_ms,
    idleTransactionMs: config.database_idle_transaction_timeout_ms,
    answerMs: config.database_answer_timeout_ms,
  };
  if (use === 'writer') return { ...usual, size: config.database_pool_size };
  if (use === 'reader') return { ...usual, size: config.database_readers };
  if (use === 'background') return usual;
  const ms = use === 'health' ? config.healthcheck_timeout_ms : MIGRATION_MS;
  const connectMs = Math.min(usual.connectMs, ms);
  return { size: 1, connectMs, statementMs: ms, lockMs: ms, idleTransactionMs: ms, answerMs: ms };
}
