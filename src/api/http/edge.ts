import { RequestSlot } from '../../platform/request-slot.js';

/** The edge's data about a request; each stage fills in its part. */
export interface Edge {
  /** `req-<uuid>`: generated here, sent in every response and log line. */
  readonly requestId: string;
  /** The caller's global request id, for logs only. */
  readonly globalRequestId: string | undefined;
  /** The caller's ids, for logs; undefined until the caller is known. */
  caller: { readonly projectId: string; readonly userId: string } | undefined;
  /** The project id in the path. */
  urlProjectId?: string;
  /** The raw body, absent if there was none. */
  rawBody?: Buffer;
  /** The parsed body, checked against the route's schema. */
  body?: unknown;
}

const edges = new RequestSlot<Edge>('the request-id middleware');

/** Returns the edge's data about a request. */
export const edgeOf = (request: object): Edge => edges.of(request);

/** Initializes the edge's data about a request. */
export const beginEdge = (request: object, edge: Edge): void => edges.fill(request, edge);
