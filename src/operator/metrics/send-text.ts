import type { ServerResponse } from 'node:http';

/** The text format of Prometheus; it has had this version since 2014. */
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Ends a response with metrics. */
export function sendText(response: ServerResponse, text: string): void {
  response.statusCode = 200;
  response.setHeader('Content-Type', TYPE);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
