import type { Server } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type RequestHandler, type Response } from 'express';
import type { FrontDoor } from './front-door.js';
import { RouteIndex, type RouteMethod } from './route-index.js';
import { sendJson } from './send-json.js';

/** Express as this API needs it: exact paths, no ETag, plain JSON responses. */
export class JsonExpressAdapter extends ExpressAdapter {
  private graceTimer: NodeJS.Timeout | undefined;
  private readonly routes = new RouteIndex();

  /** @param shutdownGraceMs milliseconds that open requests have to finish once the server shuts down. */
  constructor(
    private readonly door: FrontDoor,
    private readonly shutdownGraceMs: number,
  ) {
    const server: Express = express();
    // As in Cinder, /attachments/ and /Attachments are not /attachments.
    server.enable('strict routing');
    server.enable('case sensitive routing');
    server.disable('etag');
    server.disable('x-powered-by');
    super(server);
  }

  override initHttpServer(): void {
    this.httpServer = this.door.server;
  }

  /** Starts serving requests; called once all routes are registered. */
  serve(): void {
    this.door.open(this.getInstance<Express>());
  }

  /** Routes go to the index. It takes its place among the middleware once all of that is installed. */
  serveRoutes(): void {
    this.use(this.routes.handle);
  }

  override get(...route: unknown[]): unknown {
    return this.indexed('get', route);
  }

  override post(...route: unknown[]): unknown {
    return this.indexed('post', route);
  }

  override put(...route: unknown[]): unknown {
    return this.indexed('put', route);
  }

  override delete(...route: unknown[]): unknown {
    return this.indexed('delete', route);
  }

  /** First step of a shutdown: accept no connections, close those that are answered, and give open requests the grace period. */
  override beforeClose(): void {
    super.beforeClose();
    this.door.stop();
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

  private indexed(method: RouteMethod, [path, handler]: unknown[]): unknown {
    const isIndexed = typeof path === 'string' && this.routes.add(method, path, handler as RequestHandler);
    return isIndexed ? this : this.getInstance<Express>()[method](path as string, handler as RequestHandler);
  }
}
