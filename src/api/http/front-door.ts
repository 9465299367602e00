import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from '../../platform/config/config.schema.js';
import { connectionLimit } from './connection-limit.js';
import { faultBody } from './faults.js';
import { ALIVE, LIVE_PATH, READY_PATH } from './health-paths.js';
import { type HttpLimits, httpLimitsOf, limitedServer } from './http-limits.js';
import { PortUnusable } from './port-unusable.js';
import { sendJson } from './send-json.js';

/** Bounds of Retry-After, in seconds: it grows with the time since the start began. */
const SOONEST_S = 1;
const LATEST_S = 30;

/** Maximum number of requests that wait at once. Their bodies are not read. */
const MOST_HELD = 1_000;

/** Monitoring asks for readiness, so these paths are answered at once. */
const HEALTH_PATHS: ReadonlySet<string | undefined> = new Set(['/healthcheck', READY_PATH]);

interface HeldRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly timer: NodeJS.Timeout;
}

/**
 * Owns the port. It is bound first, so that a second server exits before it touches the first one's data. Requests that
 * arrive during the start wait for it, and get 503 if that takes too long.
 */
export class FrontDoor {
  readonly server: Server;
  private listener: RequestListener;
  private readonly held = new Set<HeldRequest>();
  /** Answers that are not complete, by their connections, each in the order of its requests. */
  private readonly answering = new Map<Socket, Set<ServerResponse>>();
  private isStopping = false;
  private readonly startedAt = performance.now();

  /** @param holdMs milliseconds that a request waits for `open`. */
  constructor(
    limits: HttpLimits,
    private readonly log: Logger,
    private readonly holdMs: number,
  ) {
    this.listener = (request, response) => this.hold(request, response);
    this.server = limitedServer(limits, (request, response) => this.serve(request, response), log);
  }

  /** Creates the front door from the configuration. */
  static of(config: Config, log: Logger): FrontDoor {
    const limits = httpLimitsOf(config, connectionLimit(config, log));
    return new FrontDoor(limits, log, config.start_hold_ms);
  }

  /** Binds the port and returns its number; port 0 takes a free one. @throws PortUnusable */
  async listen(host: string, port: number): Promise<number> {
    this.server.listen(port, host);
    try {
      await once(this.server, 'listening');
    } catch (error) {
      throw new PortUnusable(host, port, error as NodeJS.ErrnoException);
    }
    return (this.server.address() as AddressInfo).port;
  }

  /** Serves requests from now on, beginning with those that wait. */
  open(listener: RequestListener): void {
    this.listener = listener;
    this.release((request, response) => listener(request, response));
  }

  /** Accepts no more connections, and closes each open one after its answer. */
  stop(): void {
    this.isStopping = true;
    for (const responses of this.answering.values()) {
      const last = [...responses].at(-1);
      if (last?.headersSent === false) last.shouldKeepAlive = false;
    }
    this.server.close();
  }

  /** Answers waiting requests with 503, accepts no more connections and closes all open ones. */
  close(): void {
    this.release((request, response) => this.putOff(request, response));
    this.server.close();
    this.server.closeAllConnections();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    // A client that keeps its connection busy would otherwise be served until the grace period ends.
    if (this.isStopping) response.shouldKeepAlive = false;
    const responses = this.answeringOn(request.socket);
    responses.add(response);
    response.once('close', () => responses.delete(response));
    this.listener(request, response);
  }

  /** Dropped with the connection: a response that waits for another one does not tell that its client has gone. */
  private answeringOn(socket: Socket): Set<ServerResponse> {
    const known = this.answering.get(socket);
    if (known !== undefined) return known;
    const responses = new Set<ServerResponse>();
    this.answering.set(socket, responses);
    socket.once('close', () => this.answering.delete(socket));
    return responses;
  }

  private hold(request: IncomingMessage, response: ServerResponse): void {
    const [path] = (request.url ?? '').split('?', 1);
    if (path === LIVE_PATH) {
      sendJson(response, 200, ALIVE);
      return;
    }
    if (HEALTH_PATHS.has(path) || this.held.size >= MOST_HELD) {
      this.putOff(request, response);
      return;
    }
    const timer = setTimeout(() => {
      this.held.delete(one);
      this.putOff(request, response);
    }, this.holdMs);
    const one: HeldRequest = { request, response, timer };
    this.held.add(one);
    response.once('close', () => {
      clearTimeout(timer);
      this.held.delete(one);
    });
  }

  private release(listener: RequestListener): void {
    const waiting = [...this.held];
    this.held.clear();
    for (const { request, response, timer } of waiting) {
      clearTimeout(timer);
      listener(request, response);
    }
  }

  private putOff({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const elapsedS = Math.round((performance.now() - this.startedAt) / 1000);
    const retryAfterS = Math.min(LATEST_S, Math.max(SOONEST_S, elapsedS));
    const requestId = `req-${randomUUID()}`;
    response.setHeader('x-compute-request-id', requestId);
    response.setHeader('x-openstack-request-id', requestId);
    response.setHeader('Retry-After', String(retryAfterS));
    this.log.info({ requestId, method, status: 503 }, 'a request arrived before the server was ready');
    const message = 'The server is starting. Try again shortly.';
    const isReadiness = url.split('?', 1)[0] === READY_PATH;
    const fault = faultBody({ status: 503, message, isOurs: true, retryAfterS });
    sendJson(response, 503, isReadiness ? { ready: false, reasons: [message] } : fault);
  }
}
