import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InvalidInput } from '../common/errors.js';
import { edgeOf } from './edge.js';

/** First path segments below /v3 that are resources; any other one is a project id. */
const RESOURCES: ReadonlySet<string> = new Set([
  'attachments',
  'capabilities',
  'clinker-consistency',
  'extensions',
  'limits',
  'messages',
  'os-availability-zone',
  'os-quota-sets',
  'os-services',
  'resource_filters',
  'scheduler-stats',
  'snapshots',
  'types',
  'volumes',
]);

/**
 * Takes the optional project id and the optional `.json` off the path, so that each route exists once. Any segment
 * that is no resource counts as a project, not only hexadecimal ones: gophercloud without Keystone sends `admin`.
 */
export function projectPaths(): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    // What an endpoint that was written with a slash at its end makes of a path.
    request.url = request.url.replace(/^\/v3\/{2,}(?=[^/?])/, '/v3/');
    const [path, query] = splitAt(request.url, '?');
    // Express would put replacement characters in their place and filter by those.
    if (query.includes('%') && !isDecodable(query)) {
      next(new InvalidInput('Error decoding your request. The URL contains characters that are not UTF-8.'));
      return;
    }
    const [, root, first, ...rest] = path.replace(/\.json$/, '').split('/');
    if (root === 'v3' && first !== undefined && first !== '' && rest.length > 0 && !RESOURCES.has(first)) {
      edgeOf(request).urlProjectId = decode(first);
      request.url = `/v3/${rest.join('/')}${query}`;
    } else if (root === 'v3' && path.endsWith('.json')) {
      request.url = path.slice(0, -'.json'.length) + query;
    }
    next();
  };
}

/** The text before a mark, and the rest with the mark. */
function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
