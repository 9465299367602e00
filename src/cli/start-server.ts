import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { FrontDoor } from '../api/http/front-door.js';
import type { AppOptions } from '../app/create-app.js';
import type { Config } from '../platform/config/config.schema.js';
import { databaseName } from '../platform/database/database-name.js';
import { hostInUrl } from '../platform/hosts/host-in-url.js';
import { ownVersion } from '../platform/package-folder.js';
import { containDrivers } from './contained-drivers.js';
import { endOnSignal } from './end-on-signal.js';
import { endWithin } from './forced-end.js';
import { InterruptionWatch } from './interruption.js';
import { tellServiceManager } from './tell-service-manager.js';

/**
 * Starts the server; it then ends at a signal.
 * @returns its address.
 * @throws Interrupted when a signal ends the start.
 */
export async function startServer(config: Config, log: Logger, options: AppOptions = {}): Promise<string> {
  containDrivers((line) => log.error(line));
  log.info(introduction(config), 'starting');
  const watch = new InterruptionWatch(config.shutdown_grace_ms, log);
  const door = FrontDoor.of(config, log);
  try {
    const port = await door.listen(config.host, config.port);
    const app = await application(config, log, { ...options, door, signal: watch.signal });
    endWithin(config.shutdown_grace_ms, log);
    endOnSignal(app, log);
    const base = `http://${hostInUrl(config.host)}:${String(port)}`;
    if (config.auth_strategy === 'noauth') log.warn('noauth: anyone who can reach the port is an admin');
    if (config.role === 'volume')
      log.info({ api: `${base}/v3/` }, 'serving what operators ask a volume node');
    else log.info({ api: `${base}/v3/`, docs: `${base}/docs` }, 'serving the Block Storage API');
    tellServiceManager(process.env, log);
    return base;
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
    // An API replica has none.
    ...(config.role === 'api'
      ? {}
      : { backends: config.backends.map(({ name, driver }) => ({ name, driver })) }),
  };
}

/** Loads the application after the port is open, because loading takes most of a start. */
async function application(config: Config, log: Logger, options: AppOptions): Promise<INestApplication> {
  const { createApp } = await import('../app/create-app.js');
  return createApp(config, log, options);
}
