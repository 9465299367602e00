import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createLogger } from './common/logger.js';
import { ConfigError, loadConfig } from './config/load-config.js';
import { createApp } from './create-app.js';

try {
  const config = loadConfig(process.env, process.cwd());
  const log = createLogger(config);
  const app = await createApp(config, log);
  app.enableShutdownHooks();
  await app.listen(config.port, config.host);
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const base = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  log.warn('noauth: whoever reaches the port is an admin');
  log.info({ api: `${base}/v3/`, docs: `${base}/docs` }, 'serving the Block Storage API');
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
