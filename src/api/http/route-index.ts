import { type RequestHandler, Router } from 'express';

export type RouteMethod = 'delete' | 'get' | 'post' | 'put';

/** Segments after which routes are told apart: `/v3/attachments/…` and its like. */
const INDEXED = /^\/v3\/([^/:*{}]+)(?:\/|$)/;

/**
 * Finds a request's route among those of its method and resource. Express alone compares a path with each of a hundred
 * routes in turn, which costs more than the rest of its work.
 */
export class RouteIndex {
  private readonly routers = new Map<string, Router>();

  /** @returns false if the path has no fixed resource, and Express must find the route itself. */
  add(method: RouteMethod, path: string, handler: RequestHandler): boolean {
    const resource = INDEXED.exec(path)?.[1];
    if (resource === undefined) return false;
    const key = `${method.toUpperCase()} ${resource}`;
    const router = this.routers.get(key) ?? Router({ strict: true, caseSensitive: true });
    this.routers.set(key, router);
    router[method](path, handler);
    return true;
  }

  /** Passes a request on if none of its routes answers. */
  readonly handle: RequestHandler = (request, response, next) => {
    const resource = INDEXED.exec(request.path)?.[1];
    const router = resource === undefined ? undefined : this.routers.get(`${request.method} ${resource}`);
    if (router === undefined) next();
    else router(request, response, next);
  };
}
