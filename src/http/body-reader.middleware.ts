import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { TooLarge } from '../common/errors.js';
import { edgeOf } from './edge.js';

/**
 * Collects the body as it comes, whatever the route. Reading and understanding are apart because Cinder refuses
 * an oversized body before it looks at the token, and malformed JSON only after the version (SPEC 4.3).
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
    request.once('end', () => {
      if (length > maxBytes) {
        refuse(request, next, maxBytes);
        return;
      }
      edgeOf(request).rawBody = Buffer.concat(chunks);
      next();
    });
  };
}

function refuse(request: Request, next: NextFunction, maxBytes: number): void {
  // The rest is read and dropped, so that the client gets to see the answer rather than a reset connection.
  request.resume();
  next(new TooLarge(`Request is too large. Larger than max_request_body_size (${maxBytes}).`));
}
