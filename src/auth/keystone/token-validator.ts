import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KeystoneToken } from './keystone-token.js';

/** Finds out what a token stands for; null when it is not valid. */
export type Validate = (token: string, allowExpired: boolean) => Promise<KeystoneToken | null>;

interface LookUp {
  readonly token: string;
  readonly allowExpired: boolean;
}

/** In place of null, which the cache cannot hold. */
interface Outcome {
  readonly token: KeystoneToken | null;
}

/** Tokens that are remembered at most. */
const CAPACITY = 20_000;

/** How long a refusal is remembered. */
const REFUSAL_TTL_MS = 10_000;

/** Longest token that is looked at; Fernet's have about 250 characters. */
const LONGEST = 8192;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Remembers for a while what tokens stand for, under their hashes, and asks once for all who bring the same one. */
export class TokenValidator {
  private readonly cache: LRUCache<string, Outcome, LookUp>;

  constructor(validate: Validate, ttlMs: number) {
    this.cache = new LRUCache<string, Outcome, LookUp>({
      max: CAPACITY,
      ttl: ttlMs,
      fetchMethod: async (_key, _stale, { context, options }) => {
        const token = await validate(context.token, context.allowExpired);
        options.ttl = token === null ? Math.min(ttlMs, REFUSAL_TTL_MS) : timeToKeep(token, ttlMs, context);
        return { token };
      },
    });
  }

  /**
   * What a token stands for; null when it is not valid.
   * @throws Unavailable when that is not remembered and cannot be found out; the next call tries again.
   */
  async validate(token: string, allowExpired = false): Promise<KeystoneToken | null> {
    if (token.length > LONGEST || !PRINTABLE.test(token)) return null;
    const key = createHash('sha256').update(token).digest('base64') + (allowExpired ? '+expired' : '');
    const outcome = await this.cache.fetch(key, { context: { token, allowExpired } });
    const found = outcome?.token ?? null;
    const isOver = found !== null && !allowExpired && found.expiresAt <= Date.now();
    return isOver ? null : found;
  }
}

/** Never beyond the token's expiry, but for one that was accepted in spite of it; at least 1 ms, as 0 is for ever. */
function timeToKeep({ expiresAt }: KeystoneToken, ttlMs: number, { allowExpired }: LookUp): number {
  return allowExpired ? ttlMs : Math.max(1, Math.min(ttlMs, expiresAt - Date.now()));
}
