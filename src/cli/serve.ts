import { parseArgs } from 'node:util';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { hostInUrl } from '../platform/hosts/host-in-url.js';
import { databaseName } from '../platform/database/database-name.js';
import { ownVersion } from '../platform/package-folder.js';
import { createLogger } from '../platform/logging/logger.js';
import type { Config } from '../platform/config/config.schema.js';
import { loadConfig } from '../platform/config/load-config.js';
import { FrontDoor } from '../api/http/front-door.js';
import { type Command, UsageError } from './command.js';
import { endOnSignal } from './end-on-signal.js';
import { endWithin } from './forced-end.js';
import { Interrupted, InterruptionWatch } from './interruption.js';
import { tellServiceManager } from './tell-service-manager.js';
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
      await start(config);
      return 0;
    } catch (error) {
      if (error instanceof Interrupted) process.kill(process.pid, error.by);
      else console.error(whyNotStarted(error, level));
      return 1;
    }
  },
};

/** Returns the variable that the option sets. */
function roleOf(args: readonly string[]): Readonly<Record<string, string>> {
  try {
    const { values } = parseArgs({ args: [...args], options: { role: { type: 'string' } } });
    return values.role === undefined ? {} : { CLINKER_ROLE: values.role };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function start(config: Config): Promise<void> {
  const log = createLogger(config);
  log.info(introduction(config), 'starting');
  const watch = new InterruptionWatch(config.shutdown_grace_ms, log);
  const door = FrontDoor.of(config, log);
  try {
    const port = await door.listen(config.host, config.port);
    const app = await application(config, log, door, watch.signal);
    endWithin(config.shutdown_grace_ms, log);
    endOnSignal(app, log);
    const base = `http://${hostInUrl(config.host)}:${String(port)}`;
    if (config.auth_strategy === 'noauth') log.warn('noauth: anyone who can reach the port is an admin');
    log.info({ api: `${base}/v3/`, docs: `${base}/docs` }, 'serving the Block Storage API');
    tellServiceManager(process.env, log);
  } catch (error) {
    door.close();
    throw error;
  } finally {
    watch.stop();
  }
}

/** What a reader of the log needs to know first. */
function introduction(config: Config): object {
  return {
    version: ownVersion(),
    role: config.role,
    node: process.version,
    database: databaseName(config),
    configFile: config.config_file,
    backends: config.backends.map(({ name, driver }) => ({ name, driver })),
  };
}

/** Loads the application after the port is open, because loading takes most of a start. */
async function application(
  config: Config,
  log: Logger,
  door: FrontDoor,
  signal: AbortSignal,
): Promise<INestApplication> {
  const { createApp } = await import('../app/create-app.js');
  return createApp(config, log, { door, signal });
}
