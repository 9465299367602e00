/** Token with which this server calls other services of the cloud in its own name. */
export abstract class ServerToken {
  /** @throws Unavailable when no token is available now. */
  abstract text(): Promise<string>;

  /** Drops a token that a service no longer accepts, so that the next one is new. */
  abstract forget(text: string): Promise<void>;
}

/** For noauth clouds, where the token is the identity: an admin's. */
export class NoauthServerToken extends ServerToken {
  async text(): Promise<string> {
    return Promise.resolve('admin:admin');
  }

  async forget(): Promise<void> {
    await Promise.resolve();
  }
}
