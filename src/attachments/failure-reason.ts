import { DomainError } from '../common/errors.js';

/** Longest reason that a row can hold. */
const REASON_LENGTH = 1024;

/** Why work at a backend failed, in words that may be shown. */
export function reasonOf(failure: unknown): string {
  return failure instanceof DomainError ? failure.message : 'unexpected failure';
}

/** As much of a reason as a row can hold. */
export function storedReason(reason: string): string {
  return reason.slice(0, REASON_LENGTH);
}
