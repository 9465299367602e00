import { createHash } from 'node:crypto';
import { InvalidInput } from '../../common/errors.js';

/** What a client names a create by, so that its repetition is recognised. */
export interface IdempotencyKey {
  /** Stands for the key and the project; the key itself is not kept. */
  readonly id: string;
  /** Stands for what was asked for. */
  readonly fingerprint: string;
}

/** Visible ASCII; the quotes of a structured header (draft-ietf-httpapi-idempotency-key-header) belong to the key. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The header's key for a request of a project, or null without the header. @throws InvalidInput */
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

/** JSON whose objects have their keys in order: what means the same is the same text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
