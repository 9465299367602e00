import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { NotFound } from '../../platform/errors.js';
import { sendJson } from './send-json.js';

/** As in Cinder, HEAD is not found (Express would answer it as GET), and OPTIONS on any path has an empty response. */
export function methods(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.method === 'OPTIONS') sendJson(response, 200);
    else if (request.method === 'HEAD' && /^\/v3\/./.test(request.path)) next(new NotFound());
    else next();
  };
}
