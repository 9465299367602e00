import { performance } from 'node:perf_hooks';
import type { ServerToken } from '../server-token.js';
import type { KeystoneAnswer, KeystoneHttp } from './keystone-http.js';
import { type KeystoneToken, parseToken } from './keystone-token.js';

/** Milliseconds for which a proof of the own token counts. Until then, a 404 refers to the subject token. */
const PROOF_MS = 10_000;

/** Validates tokens with Keystone, using this server's own credentials. */
export class KeystoneClient {
  /** Monotonic time of Keystone's last response that proved the own token valid. */
  private provenAt = -Infinity;

  constructor(
    private readonly http: KeystoneHttp,
    private readonly own: ServerToken,
  ) {}

  /**
   * Returns a token's details; null when Keystone does not know it, or no longer.
   * @param allowExpired accepts tokens within the window that Keystone grants to services.
   * @throws Unavailable when the token cannot be validated now.
   */
  async validate(token: string, allowExpired: boolean): Promise<KeystoneToken | null> {
    const own = await this.own.text();
    const first = await this.show(token, own, allowExpired);
    if (!(await this.isAboutOwnToken(first, own))) return this.read(first);
    // The own token was revoked, its user was recreated, or Keystone rotated its keys: get a new token and retry once.
    await this.own.forget(own);
    return this.read(await this.show(token, await this.own.text(), allowExpired));
  }

  /** Returns whether a response means that the own token, not the subject token, is invalid. */
  private async isAboutOwnToken({ status }: KeystoneAnswer, own: string): Promise<boolean> {
    if (status === 401) return true;
    if (status !== 404) {
      this.provenAt = performance.now();
      return false;
    }
    // Keystone answers 404 for an invalid subject token, and also when the own token's user or project was deleted.
    if (performance.now() - this.provenAt < PROOF_MS) return false;
    const isGood = (await this.show(own, own, false)).status === 200;
    if (isGood) this.provenAt = performance.now();
    return !isGood;
  }

  private show(token: string, own: string, allowExpired: boolean): Promise<KeystoneAnswer> {
    const query = allowExpired ? 'nocatalog&allow_expired=1' : 'nocatalog';
    return this.http.request(`/v3/auth/tokens?${query}`, {
      headers: {
        'X-Auth-Token': own,
        'X-Subject-Token': token,
        // Keystone rejects tokens with access rules unless the client declares that it enforces them.
        'OpenStack-Identity-Access-Rules': '1.0',
      },
    });
  }

  private read(answer: KeystoneAnswer): KeystoneToken | null {
    const { status } = answer;
    if (status === 404) return null;
    const token = status === 200 ? parseToken(answer) : undefined;
    if (token === undefined)
      throw this.http.unavailable(`Keystone returned ${status} for the validation of a token`);
    return token;
  }
}
