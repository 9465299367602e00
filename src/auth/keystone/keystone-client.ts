import type { KeystoneAnswer, KeystoneHttp } from './keystone-http.js';
import { type KeystoneToken, parseToken } from './keystone-token.js';
import type { OwnToken } from './own-token.js';

/** How long the own token is taken for good when Keystone finds nothing. */
const PROOF_MS = 10_000;

/** Asks Keystone about tokens, with this server's own credentials. */
export class KeystoneClient {
  /** When Keystone last answered in a way that shows the own token to be good; milliseconds since the epoch. */
  private provenAt = 0;

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
    if (!(await this.isAboutOwnToken(first, own))) return this.read(first);
    // It was revoked, its user was made anew, or Keystone's keys were rotated: a new one, once.
    await this.own.forget(own);
    return this.read(await this.show(token, await this.own.text(), allowExpired));
  }

  /** Whether an answer says that the own token counts no longer, rather than the one that was asked about. */
  private async isAboutOwnToken({ status }: KeystoneAnswer, own: string): Promise<boolean> {
    if (status === 401) return true;
    if (status !== 404) {
      this.provenAt = Date.now();
      return false;
    }
    // Keystone does not find a token that is not valid, and not the user or project of the own one if it is deleted.
    if (Date.now() - this.provenAt < PROOF_MS) return false;
    const isGood = (await this.show(own, own, false)).status === 200;
    if (isGood) this.provenAt = Date.now();
    return !isGood;
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
