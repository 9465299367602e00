import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InvalidInput } from '../../platform/errors.js';

/** No valid request has more. Node.js reads 1000 and silently drops the rest. */
const MOST_PARAMETERS = 100;

/** Refuses a query that could not be read as it was sent. */
export function readableQueries(): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const [, ...query] = request.url.split('?');
    const problem = problemOf(query.join('?'));
    next(problem === undefined ? undefined : new InvalidInput(problem));
  };
}

function problemOf(query: string): string | undefined {
  // Express would decode them as replacement characters and filter by those.
  if (query.includes('%') && !isDecodable(query))
    return 'Error decoding your request. The URL contains characters that are not UTF-8.';
  if (query.split('&').length > MOST_PARAMETERS)
    return `Invalid input received: the query has more than ${MOST_PARAMETERS} parameters.`;
  return undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
