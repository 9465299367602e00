import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PolicyError } from '../auth/policy-file/policy-file.js';
import { hostInUrl } from '../common/host-in-url.js';
import { createLogger } from '../common/logger.js';
import { UnreadableSecret } from '../database/secrets/secret-box.js';
import { DatabaseUnusable } from '../database/database-unusable.js';
import { ConfigError, loadConfig } from '../config/load-config.js';
import { createApp } from '../create-app.js';
import { type Command, UsageError } from './command.js';

/** Reasons not to start that tell the operator all in their message. */
const EXPECTED = [ConfigError, DatabaseUnusable, PolicyError, UnreadableSecret];

/** Serves the API until SIGTERM or SIGINT. */
export const serve: Command = {
  name: 'serve',
  summary: 'serve the Block Storage API',
  usage:
    'clinker serve\n\nThe configuration comes from the environment and the file that CLINKER_CONFIG names.',
  run: async (args) => {
    if (args.length > 0) throw new UsageError(`unexpected: ${args.join(' ')}`);
    try {
      await listen();
      return 0;
    } catch (error) {
      const isExpected = EXPECTED.some((kind) => error instanceof kind);
      console.error(isExpected ? (error as Error).message : error);
      return 1;
    }
  },
};

async function listen(): Promise<void> {
  const config = loadConfig(process.env, process.cwd());
  const log = createLogger(config);
  const app = await createApp(config, log);
  app.enableShutdownHooks();
  await app.listen(config.port, config.host);
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const base = `http://${hostInUrl(config.host)}:${port}`;
  if (config.auth_strategy === 'noauth') log.warn('noauth: whoever reaches the port is an admin');
  log.info({ api: `${base}/v3/`, docs: `${base}/docs` }, 'serving the Block Storage API');
}
