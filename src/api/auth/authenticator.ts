import type { Request } from 'express';
import type { Identity } from './request-context.js';

/** A response that the authenticator sends instead of the route. */
export interface AuthenticationAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Identifies the sender of a request. The configuration chooses one strategy. */
export abstract class Authenticator {
  /**
   * Returns the caller's identity, or the response that ends the request.
   * @throws Unauthorized when the token is invalid; Unavailable when it cannot be validated now.
   */
  abstract authenticate(
    request: Request,
  ): Promise<Identity | AuthenticationAnswer> | Identity | AuthenticationAnswer;
}
