/** The actor of a transition: a caller, or the server itself, which has no user. */
export interface Actor {
  readonly userId: string | null;
  /** Project of the caller's token; for an admin it may differ from the attachment's. */
  readonly projectId: string | null;
  /** Request that began the work, even if the server finishes it later. */
  readonly requestId: string;
}

/** The server as the actor that finishes work begun by a request. */
export function systemActor(requestId: string): Actor {
  return { userId: null, projectId: null, requestId };
}

/** What a journal entry keeps of an actor, besides the request. */
export function storedActor({ userId, projectId }: Actor): {
  userId: string | null;
  projectId: string | null;
} {
  return { userId, projectId };
}
