import { performance } from 'node:perf_hooks';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { untilWritten } from '../platform/logging/logger.js';
import { ENDING_SIGNALS } from './forced-end.js';

/**
 * Shuts the application down at the first signal, and then ends the process by that signal; further ones are ignored.
 */
export function endOnSignal(app: INestApplication, log: Logger): void {
  let isEnding = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isEnding) return;
    isEnding = true;
    void end(signal);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const startedMs = performance.now();
    log.info({ signal }, 'the server was told to stop: open requests and work may end');
    try {
      await app.close();
    } catch (error) {
      log.error({ err: error, signal }, 'the shutdown failed');
      process.exit(1);
    }
    log.info({ signal, ms: Math.round(performance.now() - startedMs) }, 'the server has stopped');
    await untilWritten(log);
    for (const one of ENDING_SIGNALS) process.off(one, onSignal);
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
}
