import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { beginEdge } from './edge.js';

/** What a caller may call its own work; anything else would be a way to write into logs. */
const REQUEST_ID = /^req-[0-9a-f-]{36}$/i;

/** Gives each request its id, tells it in the answer, and logs one line when the answer is out. */
export function requestIds(log: Logger): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const requestId = `req-${randomUUID()}`;
    const claimed = request.headers['x-openstack-request-id'];
    const globalRequestId = typeof claimed === 'string' && REQUEST_ID.test(claimed) ? claimed : undefined;
    beginEdge(request, { requestId, globalRequestId });
    // cinderclient reads the first, the openstack clients the second.
    response.setHeader('x-compute-request-id', requestId);
    response.setHeader('x-openstack-request-id', requestId);
    if (log.isLevelEnabled('info')) {
      const { method, originalUrl } = request;
      const startedAt = performance.now();
      response.once('close', () => {
        const ms = Math.round((performance.now() - startedAt) * 10) / 10;
        const status = response.writableFinished ? response.statusCode : 'client gone';
        // The path alone: filters may hold what people call their things.
        log.info(
          { requestId, globalRequestId, method, path: originalUrl.split('?', 1)[0], status, ms },
          'request',
        );
      });
    }
    next();
  };
}
