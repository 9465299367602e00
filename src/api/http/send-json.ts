import type { ServerResponse } from 'node:http';
import { filtered } from './answer-filter.js';

/** Ends a response with a JSON body or none. Express's `json` would compute an ETag and parse types for each response. */
export function sendJson(response: ServerResponse, intendedStatus: number, intendedBody?: unknown): void {
  const { status, body } = filtered(response, { status: intendedStatus, body: intendedBody });
  response.statusCode = status;
  if (body === undefined) {
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
