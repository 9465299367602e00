import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { NotFound } from '../common/errors.js';
import { GENERIC } from './faults.js';
import { sendJson } from './send-json.js';

/** Cinder's API knows no HEAD, which Express would answer as GET, and answers OPTIONS on any path with nothing. */
export function methods(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.method === 'OPTIONS') sendJson(response, 200);
    else if (request.method === 'HEAD' && /^\/v3\/./.test(request.path)) next(new NotFound(GENERIC[404]));
    else next();
  };
}
