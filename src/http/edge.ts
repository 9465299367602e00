import type { Request } from 'express';
import type { Caller } from '../auth/request-context.js';
import type { Microversion } from '../microversion/microversion.js';

/** What the edge has found out about a request so far; each stage fills in its part. */
export interface Edge {
  /** `req-<uuid>`: made here, told in every answer and log line. */
  readonly requestId: string;
  /** The caller's own id of the same work, for logs only. */
  readonly globalRequestId: string | undefined;
  /** The project id that stood in the path. */
  urlProjectId?: string;
  identity?: Caller;
  version?: Microversion;
  /** The body as it came, empty if there was none. */
  rawBody?: Buffer;
  /** The parsed body, checked against the route's schema. */
  body?: unknown;
}

const edges = new WeakMap<object, Edge>();

/** The edge's knowledge of a request. */
export function edgeOf(request: Request): Edge {
  const edge = edges.get(request);
  if (edge === undefined) throw new Error('the request has not passed the request-id middleware');
  return edge;
}

/** Begins the edge's knowledge of a request. */
export function beginEdge(request: Request, edge: Edge): void {
  edges.set(request, edge);
}
