import { z } from 'zod';
import { integer } from './integer.js';
import { milliseconds } from './milliseconds.js';

/** The database and its timeouts. */
export const database = {
  database_url: z
    .string()
    .regex(
      /^(sqlite:|(postgres|postgresql|mysql|mariadb):\/\/)/,
      'must begin with sqlite:, postgres://, mysql:// or mariadb://',
    )
    .refine(
      (url) => url.startsWith('sqlite:') || URL.canParse(url),
      'is not a URL; write characters such as # / ? @ of user and password percent-encoded, for instance %23 for #',
    )
    .optional()
    .describe(
      'Database: `sqlite:<path>`, `postgres://user:password@host/database` or `mariadb://…`. Default: the file clinker.sqlite in the data folder.',
    ),
  database_pool_size: integer(1, 1000)
    .default(10)
    .describe(
      'Maximum number of PostgreSQL or MariaDB connections for writing, and so of concurrent writes. Ignored for SQLite.',
    ),
  database_readers: integer(1, 1000)
    .default(4)
    .describe(
      'Number of separate connections for reading, so that waiting writes do not block reads; with SQLite at most 2. Two more serve the health check and background work.',
    ),
  database_wait_timeout_ms: milliseconds
    .default(10_000)
    .describe('Longest time that a request waits for a database connection; then 503.'),
  database_connect_timeout_ms: milliseconds
    .default(5_000)
    .describe('Timeout for connecting to PostgreSQL or MariaDB; then 503.'),
  database_lock_timeout_ms: milliseconds
    .default(5_000)
    .describe(
      'Longest time that a statement waits for a row lock; then 503. MariaDB uses whole seconds. Ignored for SQLite.',
    ),
  database_statement_timeout_ms: milliseconds
    .default(10_000)
    .describe('Time after which the database aborts a statement; then 503.'),
  database_answer_timeout_ms: milliseconds
    .default(12_000)
    .describe(
      'Longest time without a response to a statement; then 503, and the connection is dropped. Set it above database_statement_timeout_ms.',
    ),
  database_idle_transaction_timeout_ms: milliseconds
    .default(10_000)
    .describe(
      'Time after which PostgreSQL or MariaDB ends an idle transaction and releases its row locks. MariaDB uses whole seconds.',
    ),
  healthcheck_timeout_ms: milliseconds
    .default(2_000)
    .describe('Longest time that `/healthcheck` waits for the database; then 503.'),
};
