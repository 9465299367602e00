import type { NextFunction, Request, RequestHandler, Response } from 'express';

const ORIGIN = /^https?:\/\/[^/?#]*/i;

/**
 * A request line may name the whole address, as it does for proxies (RFC 9112, 3.2.2). What matters here is the path: a
 * host that a client makes up there would end up in links.
 */
export function absoluteForms(): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const origin = request.url.startsWith('/') ? null : ORIGIN.exec(request.url);
    if (origin !== null) {
      const rest = request.url.slice(origin[0].length);
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
      request.originalUrl = request.url;
    }
    next();
  };
}
