import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { negotiated } from '../../microversion/negotiated.js';
import { METHODS, OTHER_METHOD } from '../../platform/metrics/labels.js';
import { beginTrace } from '../../platform/spans.js';
import { edgeOf } from './edge.js';

/** What is asked every few seconds, by machines. */
const UNTRACED = ['/healthcheck', '/healthz/', '/metrics'];

/** Longest path in a trace; a client may send one of many kilobytes. */
const LONGEST_PATH = 512;

/** Makes each request a part of a trace: its caller's, or one of its own. Passed only if traces are sent anywhere. */
export function requestTraces(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    if (UNTRACED.some((prefix) => path.startsWith(prefix))) {
      next();
      return;
    }
    const method = METHODS.has(request.method) ? request.method : OTHER_METHOD;
    const attributes = { 'http.request.method': method, 'url.path': path.slice(0, LONGEST_PATH) };
    const span = beginTrace({ name: method, kind: 'request', attributes }, request.headers);
    response.once('close', () => {
      const route = (request.route as { path?: unknown } | undefined)?.path;
      if (typeof route === 'string') {
        span.rename(`${method} ${route}`);
        span.set({ 'http.route': route });
      }
      span.set({
        'clinker.request_id': edgeOf(request).requestId,
        'clinker.microversion': negotiated.find(request)?.toString(),
      });
      if (!response.writableFinished) {
        span.end('client gone');
        return;
      }
      const { statusCode } = response;
      span.set({ 'http.response.status_code': statusCode });
      span.end(statusCode >= 500 ? String(statusCode) : undefined);
    });
    span.within(next);
  };
}
