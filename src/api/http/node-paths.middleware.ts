import type { RequestHandler } from 'express';
import { Misdirected } from '../../platform/errors.js';
import { LIVE_PATH, READY_PATH } from './health-paths.js';

/** What operators ask a volume node for: its health, its metrics, and the comparison of its exports. */
const OWN = ['/healthcheck', LIVE_PATH, READY_PATH, '/metrics', '/v3/clinker-consistency'];

/** Refuses requests that API replicas serve. */
export function nodePaths(): RequestHandler {
  return (request, _response, next) => {
    const isOwn = OWN.some((path) => request.path === path || request.path.startsWith(`${path}/`));
    next(
      isOwn
        ? undefined
        : new Misdirected('This is a volume node: it serves no volumes. Send the request to an API replica.'),
    );
  };
}
