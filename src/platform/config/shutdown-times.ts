import type { Config } from './config.schema.js';

/** Closing the database gets a quarter of the shutdown time, and at most this. */
const MOST_CLOSING_MS = 3_000;

/** Share of the closing time reserved for the last log lines. */
const LAST_WORDS_SHARE = 0.2;

/** Time budgets of a shutdown, in milliseconds. */
export interface ShutdownTimes {
  /** For running requests and work, from the signal on. */
  readonly workMs: number;
  /** For closing the database afterwards. */
  readonly closingMs: number;
}

export function shutdownTimes({
  shutdown_grace_ms: graceMs,
}: Pick<Config, 'shutdown_grace_ms'>): ShutdownTimes {
  const closingMs = Math.min(MOST_CLOSING_MS, graceMs / 4);
  return { workMs: graceMs - closingMs, closingMs: closingMs * (1 - LAST_WORDS_SHARE) };
}
