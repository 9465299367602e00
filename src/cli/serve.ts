import { loadConfig } from '../platform/config/load-config.js';
import { createLogger } from '../platform/logging/logger.js';
import { type Command, UsageError } from './command.js';
import { Interrupted } from './interruption.js';
import { startServer } from './start-server.js';
import { whyNotStarted } from './why-not-started.js';

/** Serves the API until SIGTERM or SIGINT. */
export const serve: Command = {
  name: 'serve',
  summary: 'serve the Block Storage API',
  readsSettings: true,
  usage: 'clinker serve\n\nServes until SIGTERM or SIGINT.',
  run: async (args, origin) => {
    if (args.length > 0) throw new UsageError(`unexpected: ${args.join(' ')}`);
    let level: string | undefined;
    try {
      const config = loadConfig(origin.environment, origin.workingFolder);
      level = config.log_level;
      await startServer(config, createLogger(config));
      return 0;
    } catch (error) {
      if (error instanceof Interrupted) process.kill(process.pid, error.by);
      else console.error(whyNotStarted(error, level));
      return 1;
    }
  },
};
