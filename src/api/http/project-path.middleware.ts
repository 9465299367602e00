import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { edgeOf } from './edge.js';

/**
 * Strips the optional project id and the optional `.json` from the path, so that each route exists once. Any segment
 * that is no resource counts as a project id, not only hexadecimal ones: gophercloud without Keystone sends `admin`.
 * @param resources first path segments of the routes below /v3.
 */
export function projectPaths(resources: ReadonlySet<string>): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    const [path, query] = splitAt(request.url, '?');
    const [, root, first, ...rest] = path.replace(/\.json$/, '').split('/');
    if (root === 'v3' && first !== undefined && first !== '' && rest.length > 0 && !resources.has(first)) {
      edgeOf(request).urlProjectId = decode(first);
      request.url = `/v3/${rest.join('/')}${query}`;
    } else if (root === 'v3' && path.endsWith('.json')) {
      request.url = path.slice(0, -'.json'.length) + query;
    }
    next();
  };
}

/** Splits a text before a mark. */
function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
