import type { Server } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type Response } from 'express';
import type { Logger } from 'pino';
import { type HttpLimits, limitedServer } from './http-limits.js';
import { sendJson } from './send-json.js';

/** Express as this API needs it: exact paths, no ETag of its own, plain JSON answers. */
export class JsonExpressAdapter extends ExpressAdapter {
  private graceTimer: NodeJS.Timeout | undefined;

  /** @param shutdownGraceMs milliseconds that open requests have to end once the server shuts down. */
  constructor(
    private readonly limits: HttpLimits,
    private readonly shutdownGraceMs: number,
    private readonly log: Logger,
  ) {
    const server: Express = express();
    // As Cinder: /attachments/ and /Attachments are not /attachments.
    server.enable('strict routing');
    server.enable('case sensitive routing');
    server.disable('etag');
    server.disable('x-powered-by');
    super(server);
  }

  override initHttpServer(): void {
    this.httpServer = limitedServer(this.limits, this.getInstance<Express>(), this.log);
  }

  /** First thing in a shutdown: new requests go to whoever serves next, the open ones have their time. */
  override beforeClose(): void {
    super.beforeClose();
    (this.httpServer as Server).close();
    this.graceTimer = setTimeout(
      () => (this.httpServer as Server).closeAllConnections(),
      this.shutdownGraceMs,
    );
  }

  override async close(): Promise<void> {
    await super.close();
    clearTimeout(this.graceTimer);
  }

  override reply(response: Response, body: unknown, statusCode?: number): void {
    sendJson(response, statusCode ?? response.statusCode, body);
  }
}
