/** Who sends a request, as an authenticator established it. */
export interface Identity {
  readonly userId: string;
  readonly projectId: string;
  readonly roles: ReadonlySet<string>;
}

/** Who asks, and on which request; the first argument of every use case. Immutable. */
export interface RequestContext extends Identity {
  readonly requestId: string;
  /** Holds the admin role: sees and changes every project. */
  readonly isAdmin: boolean;
  /** Holds the service role: another OpenStack service. */
  readonly isService: boolean;
}

export function requestContext(identity: Identity, requestId: string): RequestContext {
  return {
    ...identity,
    requestId,
    isAdmin: identity.roles.has('admin'),
    isService: identity.roles.has('service'),
  };
}
