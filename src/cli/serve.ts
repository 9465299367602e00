import { parseArgs } from 'node:util';
import { loadConfig } from '../platform/config/load-config.js';
import { ROLES } from '../platform/config/settings/nodes.js';
import { createLogger } from '../platform/logging/logger.js';
import { type Command, UsageError } from './command.js';
import { Interrupted } from './interruption.js';
import { orUsageError } from './server-options.js';
import { startServer } from './start-server.js';
import { whyNotStarted } from './why-not-started.js';

/** Serves the API until SIGTERM or SIGINT. */
export const serve: Command = {
  name: 'serve',
  summary: 'serve the Block Storage API',
  readsSettings: true,
  usage:
    'clinker serve [--role all|api|volume]\n\n' +
    'Serves until SIGTERM or SIGINT. By default one process does everything. With --role api it serves requests and leaves the\n' +
    'work at backends to processes with --role volume, which run the drivers (docs/operations/roles.md).',
  run: async (args, origin) => {
    const environment = { ...origin.environment, ...roleOf(args) };
    let level: string | undefined;
    try {
      const config = loadConfig(environment, origin.workingFolder);
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

/** Returns the variable that the option sets. @throws UsageError */
function roleOf(args: readonly string[]): Readonly<Record<string, string>> {
  const { role } = orUsageError(() =>
    parseArgs({ args: [...args], options: { role: { type: 'string' } } }),
  ).values;
  if (role === undefined) return {};
  if (!ROLES.includes(role))
    throw new UsageError(`--role must be one of ${ROLES.join(', ')}, not ${JSON.stringify(role)}`);
  return { CLINKER_ROLE: role };
}
