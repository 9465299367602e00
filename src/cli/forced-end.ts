import type { Logger } from 'pino';

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
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, begin);
}
