import { type KeystoneHttp, RETRY_AFTER_S } from './keystone-http.js';
import { parseToken } from './keystone-token.js';

/** As whom this server asks Keystone. */
export interface KeystoneUser {
  readonly username: string;
  /** The password at the time of asking; its file may have got another one since the start. */
  readonly password: () => string;
  readonly userDomainName: string;
  readonly projectName: string;
  readonly projectDomainName: string;
}

interface Issued {
  readonly text: string;
  /** When to ask for another one, in milliseconds since the epoch. */
  readonly renewAt: number;
}

/** The token is renewed this long before it expires; one that lives for less than two of it, after half of its life. */
const RENEWAL_MARGIN_MS = 60_000;

/** The token under which this server asks Keystone; requested when it is needed, and once for all who wait for it. */
export class OwnToken {
  private current: Promise<Issued> | undefined;
  /** Keystone may lock out a user who brings a wrong password again and again. */
  private refusal: { readonly error: Error; readonly until: number } | undefined;

  constructor(
    private readonly http: KeystoneHttp,
    private readonly user: KeystoneUser,
  ) {}

  /** @throws Unavailable when Keystone does not answer, or refuses the credentials. */
  async text(): Promise<string> {
    const { current } = this;
    if (current !== undefined) {
      const { text, renewAt } = await current;
      if (renewAt > Date.now()) return text;
      if (this.current !== current) return this.text();
    }
    if (this.refusal !== undefined && this.refusal.until > Date.now()) throw this.refusal.error;
    return (await this.renew()).text;
  }

  /** Keystone knows a token no longer. One that has been renewed meanwhile stays. */
  async forget(text: string): Promise<void> {
    const { current } = this;
    const now = await current?.catch(() => undefined);
    if (now?.text === text && this.current === current) this.current = undefined;
  }

  private renew(): Promise<Issued> {
    const renewal = this.issue();
    this.current = renewal;
    // A failure is not kept: the next request tries again.
    renewal.catch(() => {
      if (this.current === renewal) this.current = undefined;
    });
    return renewal;
  }

  private async issue(): Promise<Issued> {
    const { username, userDomainName, projectName, projectDomainName } = this.user;
    const { status, headers, body } = await this.http.request('/v3/auth/tokens?nocatalog', {
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
    const text = headers.get('X-Subject-Token');
    const token = status === 201 ? parseToken(body) : undefined;
    if (text === null || token === undefined) {
      const error = this.http.unavailable(
        `Keystone answers ${status} to the credentials of the user ${username} in the project ${projectName}`,
      );
      if (status === 401) this.refusal = { error, until: Date.now() + RETRY_AFTER_S * 1000 };
      throw error;
    }
    const lifeMs = token.expiresAt - Date.now();
    return { text, renewAt: Date.now() + Math.max(lifeMs - RENEWAL_MARGIN_MS, lifeMs / 2) };
  }

  private password(): string {
    try {
      return this.user.password();
    } catch (error) {
      throw this.http.unavailable('The file keystone_password_file cannot be read', error);
    }
  }
}
