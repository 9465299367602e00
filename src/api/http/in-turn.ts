import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * Returns middleware that runs the given one after the other, as Express does; but Express would compare the path of
 * each with that of each request.
 */
export function inTurn(handlers: readonly RequestHandler[]): RequestHandler {
  return handlers.reduceRight<RequestHandler>(
    (following, handler) => (request, response, next) => {
      run(handler, request, response, (error?: unknown) => {
        if (error === undefined) following(request, response, next);
        else next(error);
      });
    },
    (_request, _response, next) => next(),
  );
}

/** Runs one; what it throws, or its promise rejects with, is passed on. */
function run(handler: RequestHandler, request: Request, response: Response, next: NextFunction): void {
  try {
    const ended: unknown = handler(request, response, next);
    if (ended instanceof Promise) ended.catch(next);
  } catch (error) {
    next(error);
  }
}
