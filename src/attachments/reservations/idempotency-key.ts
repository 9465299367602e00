import { createHash } from 'node:crypto';
import { InvalidInput } from '../../platform/errors.js';

/** The client's Idempotency-Key for a create; a retry carries the same key. */
export interface IdempotencyKey {
  /** Hash of project and key; the key itself is not stored. */
  readonly id: string;
  /** Hash of the request. */
  readonly fingerprint: string;
}

/** Visible ASCII. The quotes of a structured header (draft-ietf-httpapi-idempotency-key-header) are part of the key. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Parses the header for a request of a project; null without the header. @throws InvalidInput */
export function idempotencyKey(
  header: string | undefined,
  projectId: string,
  request: unknown,
): IdempotencyKey | null {
  if (header === undefined) return null;
  if (!KEY.test(header)) {
    throw new InvalidInput(
      'Invalid input received: Idempotency-Key must be 1 to 255 visible ASCII characters, given once.',
    );
  }
  return { id: hash(`${projectId}\n${header}`), fingerprint: hash(canonicalJson(request)) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with sorted object keys: equal requests give equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
