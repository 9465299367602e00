import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { TooLarge } from '../../platform/errors.js';
import { inThisTrace } from '../../platform/spans.js';
import { edgeOf } from './edge.js';

/**
 * Buffers the raw body, whatever the route. Parsing is separate because Cinder refuses an oversized body before it
 * checks the token, and malformed JSON only after the version (docs/specification.md#order-of-checks).
 */
export function bodyReader(maxBytes: number): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared === 0 && request.headers['transfer-encoding'] === undefined) {
      next();
      return;
    }
    if (declared > maxBytes) {
      refuse(request, next, maxBytes);
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
    });
    const finish = inThisTrace(() => {
      if (length > maxBytes) {
        refuse(request, next, maxBytes);
        return;
      }
      edgeOf(request).rawBody = Buffer.concat(chunks);
      next();
    });
    request.once('end', finish);
  };
}

function refuse(request: Request, next: NextFunction, maxBytes: number): void {
  // Read and drop the rest, so that the client gets the response instead of a reset connection.
  request.resume();
  next(new TooLarge(`Request is too large. Larger than max_request_body_size (${maxBytes}).`));
}
