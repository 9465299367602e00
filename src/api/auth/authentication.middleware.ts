import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { edgeOf } from '../http/edge.js';
import { sendJson } from '../http/send-json.js';
import { callers } from './callers.js';
import type { Authenticator } from './authenticator.js';
import type { Policies } from './policies.js';

/** Documents that clients read before they have a token. */
const PUBLIC: ReadonlySet<string> = new Set(['/v3', '/v3/']);

/** Paths outside /v3 that need a token as well. */
const PROTECTED: ReadonlySet<string> = new Set(['/metrics']);

/** Identifies the caller of every request below /v3, even for unknown routes, and of the metrics. */
export function authentication(authenticator: Authenticator, policies: Policies): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    const { path } = request;
    if (PUBLIC.has(path) || (!path.startsWith('/v3') && !PROTECTED.has(path))) {
      next();
      return;
    }
    const outcome = await authenticator.authenticate(request);
    if ('status' in outcome) {
      for (const [name, value] of Object.entries(outcome.headers)) response.setHeader(name, value);
      sendJson(response, outcome.status, outcome.body);
      return;
    }
    edgeOf(request).caller = outcome;
    callers.fill(request, { ...outcome, isAdmin: policies.isAdmin(outcome) });
    next();
  };
}
