import type { Logger } from 'pino';

/** Signals that shut the server down. */
export const ENDING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Kills the process when a shutdown exceeds its limit. Uses SIGKILL, because a normal exit waits for threads that may
 * hang in a system call. The journal covers interrupted work.
 */
export function endWithin(graceMs: number, log: Logger): void {
  const begin = (): void => {
    setTimeout(() => {
      log.error({ graceMs }, 'the shutdown takes too long: the process is killed');
      process.kill(process.pid, 'SIGKILL');
    }, graceMs).unref();
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, begin);
}
