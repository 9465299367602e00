import type { CallerToken } from './caller-token.js';

/** Who sends a request, as an authenticator established it. */
export interface Identity {
  readonly userId: string;
  readonly projectId: string;
  readonly roles: ReadonlySet<string>;
  /** Whether another OpenStack service vouches for the request by a service token of its own (SPEC 16). */
  readonly isService?: boolean;
}

/** Who asks, and on which request; the first argument of every use case. Immutable. */
export interface RequestContext extends Identity {
  readonly requestId: string;
  /** Holds the admin role: sees and changes every project. */
  readonly isAdmin: boolean;
  readonly isService: boolean;
  /** For asking other services in the caller's name. */
  readonly token: CallerToken;
}

export function requestContext(identity: Identity, requestId: string, token: CallerToken): RequestContext {
  return {
    ...identity,
    requestId,
    token,
    isAdmin: identity.roles.has('admin'),
    isService: identity.isService ?? false,
  };
}
