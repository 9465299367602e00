import type { CallerToken } from './caller-token.js';

/** The sender of a request, as established by an authenticator. */
export interface Identity {
  readonly userId: string;
  readonly projectId: string;
  readonly roles: ReadonlySet<string>;
  /** True if another service vouches for the request with its own service token (docs/specification.md#detach-rule). */
  readonly isService?: boolean;
}

/** A caller, with the admin flag that the rules in force give. */
export interface Caller extends Identity {
  /** Sees and changes every project. */
  readonly isAdmin: boolean;
}

/** Caller and request id; the first argument of every use case. Immutable. */
export interface RequestContext extends Caller {
  readonly requestId: string;
  readonly isService: boolean;
  /** For requests to other services in the caller's name. */
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
