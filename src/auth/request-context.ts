import type { CallerToken } from './caller-token.js';

/** Who sends a request, as an authenticator established it. */
export interface Identity {
  readonly userId: string;
  readonly projectId: string;
  readonly roles: ReadonlySet<string>;
  /** Whether another OpenStack service vouches for the request by a service token of its own (SPEC 16). */
  readonly isService?: boolean;
}

/** A caller, and whether the rules in force make them an admin. */
export interface Caller extends Identity {
  /** Sees and changes every project. */
  readonly isAdmin: boolean;
}

/** Who asks, and on which request; the first argument of every use case. Immutable. */
export interface RequestContext extends Caller {
  readonly requestId: string;
  readonly isService: boolean;
  /** For asking other services in the caller's name. */
  readonly token: CallerToken;
}

export function requestContext(caller: Caller, requestId: string, token: CallerToken): RequestContext {
  return {
    ...caller,
    requestId,
    token,
    isService: caller.isService ?? false,
  };
}
