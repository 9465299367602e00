import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KeystoneToken } from './keystone-token.js';

/** Looks up a token; null when it is invalid. */
export type Validate = (token: string, allowExpired: boolean) => Promise<KeystoneToken | null>;

interface LookUp {
  readonly token: string;
  readonly allowExpired: boolean;
}

/** Wrapper, because the cache cannot hold null. */
interface Outcome {
  readonly token: KeystoneToken | null;
}

/** Maximum number of cached tokens. */
const CAPACITY = 20_000;

/** Milliseconds for which an invalid token is cached. */
const REFUSAL_TTL_MS = 10_000;

/** Longest token that is validated; Fernet tokens have about 250 characters. */
const LONGEST = 8192;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Caches validated tokens under their hashes. Concurrent lookups of one token share a request. */
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
   * Returns a token's details; null when it is invalid.
   * @throws Unavailable when it is not cached and cannot be validated now; the next call tries again.
   */
  async validate(token: string, allowExpired = false): Promise<KeystoneToken | null> {
    if (token.length > LONGEST || !PRINTABLE.test(token)) return null;
    const key = createHash('sha256').update(token).digest('base64') + (allowExpired ? '+expired' : '');
    return (await this.cache.fetch(key, { context: { token, allowExpired } }))?.token ?? null;
  }
}

/**
 * Limits the TTL to the token's expiry, unless it was accepted as expired. At least 1 ms, because 0 means forever. The
 * cache uses a monotonic clock.
 */
function timeToKeep({ lifeMs }: KeystoneToken, ttlMs: number, { allowExpired }: LookUp): number {
  return allowExpired ? ttlMs : Math.max(1, Math.min(ttlMs, Math.floor(lifeMs)));
}
