import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from '../../platform/config/config.schema.js';
import { faultBody } from './faults.js';
import { sendJson } from './send-json.js';

/** Resources that an unidentified client may use. */
export interface HttpLimits {
  /** Maximum bytes of the request line plus headers. */
  readonly maxHeaderBytes: number;
  /** Concurrent connections; more are closed without an answer. */
  readonly maxConnections: number;
  /** Milliseconds from the start of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** Milliseconds from the start of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Milliseconds that an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
}

/** Returns the limits of the configuration; each server has its own number of connections. */
export function httpLimitsOf(config: Config, maxConnections: number): HttpLimits {
  return {
    maxHeaderBytes: config.max_header_bytes,
    maxConnections,
    headersTimeoutMs: config.headers_timeout_ms,
    requestTimeoutMs: config.request_timeout_ms,
    keepAliveTimeoutMs: config.keep_alive_timeout_ms,
  };
}

/** Longest interval between checks for requests that take too long. */
const LONGEST_CHECK_MS = 5_000;

const STATUS_LINES = {
  400: ['Bad Request', 'The request is not valid HTTP.'],
  408: ['Request Timeout', 'The request did not arrive in time.'],
  431: ['Request Header Fields Too Large', 'The URL and the headers are larger than the server accepts.'],
} as const;

/** Creates an HTTP server protected against slow and greedy clients. */
export function limitedServer(limits: HttpLimits, listener: RequestListener, log: Logger): Server {
  const checkMs = Math.min(LONGEST_CHECK_MS, Math.ceil(limits.headersTimeoutMs / 4));
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: checkMs,
      // Node.js's own refusal has neither the envelope nor a request id.
      requireHostHeader: false,
    },
    listener,
  );
  server.maxConnections = limits.maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(socket, statusOf(error.code), log);
  });
  server.on('checkExpectation', (_request, response: ServerResponse) => refuseExpectation(response, log));
  server.on('drop', () => {
    log.warn(
      { maxConnections: limits.maxConnections },
      'a connection was closed: max_connections is reached',
    );
  });
  return server;
}

/** Answers 417 to any Expect value other than 100-continue, the only one HTTP defines. */
function refuseExpectation(response: ServerResponse, log: Logger): void {
  const requestId = `req-${randomUUID()}`;
  response.setHeader('Connection', 'close');
  response.setHeader('x-compute-request-id', requestId);
  response.setHeader('x-openstack-request-id', requestId);
  log.info({ requestId, status: 417 }, 'not a request');
  const message = 'The header Expect may only be 100-continue.';
  sendJson(response, 417, faultBody({ status: 417, message, isOurs: false }));
}

function statusOf(code: string | undefined): keyof typeof STATUS_LINES {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/** Answers invalid HTTP. The received bytes are not logged: they may contain a token. */
function refuse(socket: Socket, status: keyof typeof STATUS_LINES, log: Logger): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [reason, message] = STATUS_LINES[status];
  const requestId = `req-${randomUUID()}`;
  const body = JSON.stringify(faultBody({ status, message, isOurs: false }));
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-compute-request-id: ${requestId}`,
    `x-openstack-request-id: ${requestId}`,
  ];
  log.info({ requestId, status }, 'not a request');
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
