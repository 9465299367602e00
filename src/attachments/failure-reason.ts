import { DomainError } from '../common/errors.js';

/** Why work at a backend failed, in words that may be shown. */
export function reasonOf(failure: unknown): string {
  return failure instanceof DomainError ? failure.message : 'unexpected failure';
}
