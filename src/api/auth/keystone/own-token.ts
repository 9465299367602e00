import { performance } from 'node:perf_hooks';
import { ServerToken } from '../server-token.js';
import { type KeystoneHttp, RETRY_AFTER_S } from './keystone-http.js';
import { parseToken } from './keystone-token.js';

/** Credentials of this server's Keystone user. */
export interface KeystoneUser {
  readonly username: string;
  /** Reads the current password; its file may have changed since the start. */
  readonly password: () => string;
  readonly userDomainName: string;
  readonly projectName: string;
  readonly projectDomainName: string;
}

interface Issued {
  readonly text: string;
  /** Monotonic time at which to request a new token. */
  readonly renewAt: number;
}

/** The token is renewed this long before it expires, or after half its lifetime if that is shorter than twice the margin. */
const RENEWAL_MARGIN_MS = 60_000;

/** This server's own Keystone token, requested on demand. Concurrent callers share one request. */
export class OwnToken extends ServerToken {
  private current: Promise<Issued> | undefined;
  /** The last rejection. Keystone may lock out a user after repeated wrong passwords. */
  private refusal: { readonly error: Error; readonly until: number } | undefined;

  constructor(
    private readonly http: KeystoneHttp,
    private readonly user: KeystoneUser,
  ) {
    super();
  }

  /** @throws Unavailable when Keystone does not answer or rejects the credentials. */
  async text(): Promise<string> {
    const { current } = this;
    if (current !== undefined) {
      const { text, renewAt } = await current;
      if (renewAt > performance.now()) return text;
      if (this.current !== current) return this.text();
    }
    if (this.refusal !== undefined && this.refusal.until > performance.now()) throw this.refusal.error;
    return (await this.renew()).text;
  }

  /** Drops a token that Keystone no longer accepts, unless it has been renewed meanwhile. */
  async forget(text: string): Promise<void> {
    const { current } = this;
    const now = await current?.catch(() => undefined);
    if (now?.text === text && this.current === current) this.current = undefined;
  }

  private renew(): Promise<Issued> {
    const renewal = this.issue();
    this.current = renewal;
    // Failures are not cached: the next request tries again.
    renewal.catch(() => {
      if (this.current === renewal) this.current = undefined;
    });
    return renewal;
  }

  private async issue(): Promise<Issued> {
    const { username, userDomainName, projectName, projectDomainName } = this.user;
    const answer = await this.http.request('/v3/auth/tokens?nocatalog', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['password'],
            password: {
              user: { name: username, password: this.password(), domain: { name: userDomainName } },
            },
          },
          scope: { project: { name: projectName, domain: { name: projectDomainName } } },
        },
      }),
    });
    const { status, headers } = answer;
    const text = headers.get('X-Subject-Token');
    const token = status === 201 ? parseToken(answer) : undefined;
    if (text === null || token === undefined) {
      const error = this.http.unavailable(
        `Keystone returned ${status} for the credentials of user ${username} in project ${projectName}`,
      );
      if (status === 401) this.refusal = { error, until: performance.now() + RETRY_AFTER_S * 1000 };
      throw error;
    }
    const { lifeMs } = token;
    return { text, renewAt: performance.now() + Math.max(lifeMs - RENEWAL_MARGIN_MS, lifeMs / 2) };
  }

  private password(): string {
    try {
      return this.user.password();
    } catch (error) {
      throw this.http.unavailable('The file keystone_password_file cannot be read', error);
    }
  }
}
