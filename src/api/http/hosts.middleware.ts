import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InvalidInput } from '../../platform/errors.js';
import { addressOf } from '../../platform/hosts/host-name.js';

/** Refuses requests whose Host header is missing, repeated or invalid (RFC 9112, 3.2). */
export function namedHosts(): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const problem = problemOf(request);
    next(problem === undefined ? undefined : new InvalidInput(problem));
  };
}

function problemOf(request: Request): string | undefined {
  const { host } = request.headers;
  if (host === undefined) {
    return request.httpVersion === '1.0' ? undefined : 'The request has no Host header.';
  }
  if (namesOf(request.rawHeaders).filter((name) => name.toLowerCase() === 'host').length > 1)
    return 'The request has several Host headers.';
  return addressOf(host) === undefined ? 'The Host header is not valid.' : undefined;
}

function namesOf(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 0);
}
