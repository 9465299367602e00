import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { Forbidden, Misdirected } from '../../platform/errors.js';
import { edgeOf } from './edge.js';
import type { OwnHosts } from './own-hosts.js';

const LOGGED_LENGTH = 255;

/**
 * Keeps other sites' pages from using this server where no token is needed. Their host names are not in the allowed
 * hosts, or their scripts, forms and images send a foreign origin.
 */
export function foreignPages(hosts: OwnHosts, log: Logger): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const named = hostsOf(request);
    const foreign = named.find((host) => !hosts.includes(host));
    if (foreign !== undefined) {
      const { requestId } = edgeOf(request);
      log.warn(
        { requestId, host: foreign.slice(0, LOGGED_LENGTH) },
        'a request was rejected: its host is not in allowed_hosts',
      );
      next(
        new Misdirected(
          'This server does not accept that host name. Its operator can add the name to allowed_hosts.',
        ),
      );
      return;
    }
    const { origin } = request.headers;
    if ((origin !== undefined && !hosts.isOwnOrigin(origin, named)) || isOfAnotherSite(request)) {
      next(new Forbidden('Pages of other origins may not use this server.'));
      return;
    }
    next();
  };
}

/** Returns the request's host, and those in X-Forwarded-Host. */
function hostsOf(request: Request): readonly string[] {
  const forwarded = request.get('X-Forwarded-Host')?.split(',') ?? [];
  const names = [request.get('Host'), ...forwarded].map((name) => name?.trim() ?? '');
  return names.filter((name) => name !== '');
}

/** Evaluates the browser's fetch metadata. Following a link to a page does not count as use. */
function isOfAnotherSite(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== 'cross-site' && site !== 'same-site') return false;
  const isLink =
    request.method === 'GET' &&
    request.get('Sec-Fetch-Mode') === 'navigate' &&
    request.get('Sec-Fetch-Dest') === 'document';
  return !isLink;
}
