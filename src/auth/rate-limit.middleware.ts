import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OverLimit } from '../common/errors.js';
import { edgeOf } from '../http/edge.js';

export interface RateLimit {
  /** Requests that a project may make in a window; 0 for any number. */
  readonly requests: number;
  readonly windowS: number;
}

/** Counts the requests of each project, in this process, and refuses those beyond the limit. */
export function rateLimit({ requests, windowS }: RateLimit): RequestHandler {
  if (requests === 0) return (_request, _response, next) => next();
  const limiter = new RateLimiterMemory({ points: requests, duration: windowS });
  return async (request: Request, _response: Response, next: NextFunction) => {
    const { identity } = edgeOf(request);
    if (identity !== undefined) await limiter.consume(identity.projectId).catch(refuse);
    next();
  };
}

function refuse(rejected: unknown): never {
  if (!(rejected instanceof RateLimiterRes)) throw rejected;
  const retryAfterS = Math.max(1, Math.ceil(rejected.msBeforeNext / 1000));
  throw new OverLimit('This request was rate-limited.', retryAfterS);
}
