import { Unavailable } from '../../common/errors.js';
import { type KeystoneToken, parseToken } from './keystone-token.js';

/** How this server reaches Keystone, and as whom. */
export interface KeystoneOptions {
  /** Base address without `/v3`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly userDomainName: string;
  readonly projectName: string;
  readonly projectDomainName: string;
  /** Longest time of one request. */
  readonly timeoutMs: number;
}

/** What went wrong, for the operator's log; without tokens and passwords. */
export type ReportTrouble = (problem: string, cause?: unknown) => void;

interface OwnToken {
  readonly text: string;
  readonly expiresAt: number;
}

/** The own token is renewed this long before it expires. */
const RENEWAL_MARGIN_MS = 60_000;

/** Seconds until another try, when Keystone does not answer. */
const RETRY_AFTER_S = 5;

/** Asks Keystone about tokens, with this server's own credentials. */
export class KeystoneClient {
  private own: Promise<OwnToken> | undefined;

  constructor(
    private readonly options: KeystoneOptions,
    private readonly report: ReportTrouble,
  ) {}

  /**
   * What a token stands for; null when Keystone does not know it, or no longer.
   * @param allowExpired accepts tokens within the window that Keystone grants to services.
   * @throws Unavailable when that cannot be found out.
   */
  async validate(token: string, allowExpired: boolean): Promise<KeystoneToken | null> {
    const own = await this.ownToken();
    const first = await this.show(token, own, allowExpired);
    if (first.status !== 401) return this.read(first);
    // The own token was revoked or Keystone's keys were rotated: a new one, once.
    this.own = undefined;
    return this.read(await this.show(token, await this.ownToken(), allowExpired));
  }

  private show(token: string, own: OwnToken, allowExpired: boolean): Promise<Response> {
    const query = allowExpired ? 'nocatalog&allow_expired=1' : 'nocatalog';
    return this.request(`/v3/auth/tokens?${query}`, {
      headers: { 'X-Auth-Token': own.text, 'X-Subject-Token': token },
    });
  }

  private async read(response: Response): Promise<KeystoneToken | null> {
    if (response.status === 404) return null;
    const token = response.ok ? parseToken(await this.body(response)) : undefined;
    if (token === undefined)
      throw this.unavailable(`Keystone answers ${response.status} to the validation of a token`);
    return token;
  }

  /** The own token; concurrent requests wait for the same new one. */
  private async ownToken(): Promise<OwnToken> {
    const current = this.own;
    if (current !== undefined) {
      const token = await current;
      if (token.expiresAt - RENEWAL_MARGIN_MS > Date.now()) return token;
      if (this.own !== current) return this.ownToken();
    }
    const renewal = this.issue();
    this.own = renewal;
    // A failure is not kept: the next request tries again.
    renewal.catch(() => {
      if (this.own === renewal) this.own = undefined;
    });
    return renewal;
  }

  private async issue(): Promise<OwnToken> {
    const { username, password, userDomainName, projectName, projectDomainName } = this.options;
    const response = await this.request('/v3/auth/tokens?nocatalog', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: username, password, domain: { name: userDomainName } } },
          },
          scope: { project: { name: projectName, domain: { name: projectDomainName } } },
        },
      }),
    });
    const text = response.headers.get('X-Subject-Token');
    const token = response.ok ? parseToken(await this.body(response)) : undefined;
    if (text === null || token === undefined) {
      throw this.unavailable(
        `Keystone answers ${response.status} to the credentials of the user ${username} in the project ${projectName}`,
      );
    }
    return { text, expiresAt: token.expiresAt };
  }

  private async request(path: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    try {
      return await fetch(this.options.url + path, { ...init, signal, redirect: 'error' });
    } catch (error) {
      throw this.unavailable('Keystone cannot be reached', error);
    }
  }

  private async body(response: Response): Promise<unknown> {
    return response.json().catch((error: unknown) => {
      throw this.unavailable("Keystone's answer cannot be read", error);
    });
  }

  private unavailable(problem: string, cause?: unknown): Unavailable {
    this.report(problem, cause);
    return new Unavailable('The identity service cannot be asked now.', RETRY_AFTER_S, { cause });
  }
}
