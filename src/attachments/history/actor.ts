/** Who brings a transition about: the caller of a request, or the server by itself, which is no user. */
export interface Actor {
  readonly userId: string | null;
  /** The project of the caller's token; an admin's may be another one than the attachment's. */
  readonly projectId: string | null;
  /** The request that began the work, also when the server ends it later. */
  readonly requestId: string;
}

/** The server, ending work that a request had begun. */
export function theServer(requestId: string): Actor {
  return { userId: null, projectId: null, requestId };
}
