import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { inThisTrace } from '../../platform/spans.js';
import { beginEdge, type Edge } from './edge.js';

/** Accepted form of a caller's global request id; other values could inject text into logs. */
const REQUEST_ID = /^req-[0-9a-f-]{36}$/i;

/** Assigns each request its id, returns it in the response headers, and logs one line when the response ends. */
export function requestIds(log: Logger): RequestHandler {
  // Redaction looks through each line for names that these have not, for two thirds of its cost.
  const lines = log.child({}, { redact: [] });
  return (request: Request, response: Response, next: NextFunction) => {
    const requestId = `req-${randomUUID()}`;
    const claimed = request.headers['x-openstack-request-id'];
    const globalRequestId = typeof claimed === 'string' && REQUEST_ID.test(claimed) ? claimed : undefined;
    const edge: Edge = { requestId, globalRequestId, caller: undefined };
    beginEdge(request, edge);
    // cinderclient reads the first, the openstack clients the second.
    response.setHeader('x-compute-request-id', requestId);
    response.setHeader('x-openstack-request-id', requestId);
    if (lines.isLevelEnabled('info')) {
      const { method } = request;
      const startedAt = performance.now();
      const tell = inThisTrace(() => {
        const ms = Math.round((performance.now() - startedAt) * 10) / 10;
        const status = response.writableFinished ? response.statusCode : 'client gone';
        lines.info(
          {
            requestId,
            globalRequestId,
            ...loggableIds(edge.caller),
            method,
            // Only the path: filters may contain names that users chose.
            path: request.originalUrl.split('?', 1)[0],
            status,
            ms,
          },
          'request',
        );
      });
      response.once('close', tell);
    }
    next();
  };
}

/** Keystone's ids have at most 64 characters. */
const LONGEST_ID = 64;

/** With noauth, one text for both ids, or a longer one, may be a token of another service. */
function loggableIds(caller: Edge['caller']): Edge['caller'] {
  if (caller === undefined) return undefined;
  const { projectId, userId } = caller;
  const isToken = projectId === userId;
  return isToken || projectId.length > LONGEST_ID || userId.length > LONGEST_ID
    ? undefined
    : { projectId, userId };
}
