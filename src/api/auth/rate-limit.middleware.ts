import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OverLimit } from '../../platform/errors.js';
import { callers } from './callers.js';

export interface RateLimit {
  /** Requests per project and window; 0 for unlimited. */
  readonly requests: number;
  readonly windowS: number;
}

/** Counts the requests of each project in this process, and refuses those beyond the limit. */
export function rateLimit({ requests, windowS }: RateLimit): RequestHandler {
  if (requests === 0) return (_request, _response, next) => next();
  const limiter = new RateLimiterMemory({ points: requests, duration: windowS });
  return async (request: Request, _response: Response, next: NextFunction) => {
    const caller = callers.find(request);
    if (caller !== undefined)
      await limiter.consume(caller.projectId).catch((rejected: unknown) => refuse(rejected, windowS));
    next();
  };
}

function refuse(rejected: unknown, windowS: number): never {
  if (!(rejected instanceof RateLimiterRes)) throw rejected;
  // The window ends by a timer, but `msBeforeNext` uses the wall clock and is wrong once that was set back.
  const retryAfterS = Math.min(windowS, Math.max(1, Math.ceil(rejected.msBeforeNext / 1000)));
  throw new OverLimit('This request was rate-limited.', retryAfterS);
}
