import { performance } from 'node:perf_hooks';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { negotiated } from '../../microversion/negotiated.js';
import type { Metrics } from '../../platform/metrics/metrics.js';

/** Counts and times each request when its response ends. */
export function requestMetrics(metrics: Metrics): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const startedMs = performance.now();
    response.once('close', () => {
      const { path } = (request.route ?? {}) as { path?: unknown };
      metrics.requestEnded({
        method: request.method,
        route: typeof path === 'string' ? path : undefined,
        status: response.writableFinished ? response.statusCode : null,
        seconds: (performance.now() - startedMs) / 1000,
        microversion: negotiated.find(request)?.toString() ?? null,
      });
    });
    next();
  };
}
