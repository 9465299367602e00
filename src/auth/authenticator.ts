import type { Request } from 'express';
import type { Identity } from './request-context.js';

/** An answer that an authenticator gives in place of the route. */
export interface AuthenticationAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Establishes who sends a request. One strategy is chosen by the configuration. */
export abstract class Authenticator {
  /**
   * The caller's identity, or the answer that ends the request.
   * @throws Unauthorized when the request's token is not valid; Unavailable when that cannot be found out.
   */
  abstract authenticate(
    request: Request,
  ): Promise<Identity | AuthenticationAnswer> | Identity | AuthenticationAnswer;
}
