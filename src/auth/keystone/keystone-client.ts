import type { KeystoneAnswer, KeystoneHttp } from './keystone-http.js';
import { type KeystoneToken, parseToken } from './keystone-token.js';
import type { OwnToken } from './own-token.js';

/** Asks Keystone about tokens, with this server's own credentials. */
export class KeystoneClient {
  constructor(
    private readonly http: KeystoneHttp,
    private readonly own: OwnToken,
  ) {}

  /**
   * What a token stands for; null when Keystone does not know it, or no longer.
   * @param allowExpired accepts tokens within the window that Keystone grants to services.
   * @throws Unavailable when that cannot be found out.
   */
  async validate(token: string, allowExpired: boolean): Promise<KeystoneToken | null> {
    const own = await this.own.text();
    const first = await this.show(token, own, allowExpired);
    if (first.status !== 401) return this.read(first);
    // The own token was revoked or Keystone's keys were rotated: a new one, once.
    await this.own.forget(own);
    return this.read(await this.show(token, await this.own.text(), allowExpired));
  }

  private show(token: string, own: string, allowExpired: boolean): Promise<KeystoneAnswer> {
    const query = allowExpired ? 'nocatalog&allow_expired=1' : 'nocatalog';
    return this.http.request(`/v3/auth/tokens?${query}`, {
      headers: {
        'X-Auth-Token': own,
        'X-Subject-Token': token,
        // Keystone hides tokens with access rules from those who do not say that they heed them.
        'OpenStack-Identity-Access-Rules': '1.0',
      },
    });
  }

  private read({ status, body }: KeystoneAnswer): KeystoneToken | null {
    if (status === 404) return null;
    const token = status === 200 ? parseToken(body) : undefined;
    if (token === undefined)
      throw this.http.unavailable(`Keystone answers ${status} to the validation of a token`);
    return token;
  }
}
