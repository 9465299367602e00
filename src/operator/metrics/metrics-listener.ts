import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { faultBody } from '../../api/http/faults.js';
import { httpLimitsOf, limitedServer } from '../../api/http/http-limits.js';
import { PortUnusable } from '../../api/http/port-unusable.js';
import { sendJson } from '../../api/http/send-json.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { hostInUrl } from '../../platform/hosts/host-in-url.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { METRICS_PATH } from './metrics-path.js';
import { Scrape } from './scrape.js';
import { sendText } from './send-text.js';

/** Scrapers keep a connection each; more than a few are a mistake. */
const MOST_CONNECTIONS = 50;

/** Serves the metrics on `metrics_port`, without a token: who may reach that port is for the network to say. */
@Injectable()
export class MetricsListener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly server: Server;

  constructor(
    private readonly scrape: Scrape,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    const limits = httpLimitsOf(config, MOST_CONNECTIONS);
    this.server = limitedServer(limits, (request, response) => void this.answer(request, response), log);
  }

  /** The port in use. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** @throws PortUnusable */
  async onApplicationBootstrap(): Promise<void> {
    const { host, metrics_port: port } = this.config;
    if (port === undefined) return;
    this.server.listen(port, host);
    try {
      await once(this.server, 'listening');
    } catch (error) {
      throw new PortUnusable(host, port, error as NodeJS.ErrnoException, 'host and metrics_port');
    }
    const base = `http://${hostInUrl(host)}:${String(this.port)}`;
    this.log.info({ metrics: `${base}${METRICS_PATH}` }, 'serving metrics');
  }

  onModuleDestroy(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== METRICS_PATH || (request.method !== 'GET' && request.method !== 'HEAD')) {
      sendJson(
        response,
        404,
        faultBody({ status: 404, message: `Only GET ${METRICS_PATH} is here.`, isOurs: false }),
      );
      return;
    }
    try {
      sendText(response, await this.scrape.text());
    } catch (error) {
      this.log.error({ err: error }, 'the metrics could not be read');
      response.destroy();
    }
  }
}
