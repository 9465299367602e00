import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** What Node.js attaches to the socket of an HTTP connection; undocumented. */
interface ParsedSocket extends Socket {
  parser?: Partial<Parser> | null;
}

interface Parser {
  incoming: unknown;
  outgoing: unknown;
  onIncoming: unknown;
  socket: unknown;
  /** Gives the socket's data back to the socket. */
  unconsume(): void;
  /** Leaves the server's list of connections, whose requests have a time limit. */
  remove(): void;
  close(): void;
}

/**
 * Begins a response that has no end of its own, and returns its connection; what is written to it is the body, which ends
 * with the connection. The request counts as answered. Node.js would keep the request, the response and a parser for as
 * long as the connection lives: 11 KiB instead of 5 (docs/adr/0035).
 *
 * Returns null if the client is gone, or has sent this request before the answer to an earlier one.
 */
export function endlessResponse(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
): Socket | null {
  const { socket } = response;
  if (socket === null || socket.destroyed || response.headersSent) return null;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  socket.write(headOf(response));
  detach(response, socket);
  return socket;
}

function headOf(response: ServerResponse): string {
  response.setHeader('Connection', 'close');
  response.setHeader('Date', new Date().toUTCString());
  const lines = Object.entries(response.getHeaders()).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${String(one)}`),
  );
  const { statusCode } = response;
  return [`HTTP/1.1 ${String(statusCode)} ${STATUS_CODES[statusCode] ?? ''}`, ...lines, '', ''].join('\r\n');
}

function detach(response: ServerResponse, socket: ParsedSocket): void {
  response.detachSocket(socket);
  // The listeners of Node.js's server hold the request and the response.
  socket.removeAllListeners();
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  // Whoever sends no more reads no more: a half-open connection would be kept for nothing.
  socket.once('end', () => socket.destroy());
  release(socket);
  socket.resume();
  Object.defineProperty(response, 'writableFinished', { value: true });
  response.emit('close');
}

function release(socket: ParsedSocket): void {
  const { parser } = socket;
  if (parser === undefined || parser === null) return;
  parser.unconsume?.();
  parser.remove?.();
  Object.assign(parser, { incoming: null, outgoing: null, onIncoming: null, socket: null });
  socket.parser = null;
  // Not now: the request may be handled while its parser still runs.
  setImmediate(() => parser.close?.());
}
