import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InvalidInput } from '../../platform/errors.js';
import { requestTarget } from './request-target.js';

/**
 * Normalizes the request target first, so that rights, rules, routes, links and the log use the same path. The host of
 * an absolute-form target replaces the Host header (RFC 9112, 3.2.2).
 */
export function requestTargets(): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const target = requestTarget(request.url);
    if (target === undefined) {
      next(new InvalidInput());
      return;
    }
    request.url = target.url;
    request.originalUrl = target.url;
    if (target.authority !== undefined) request.headers.host = target.authority;
    next();
  };
}
