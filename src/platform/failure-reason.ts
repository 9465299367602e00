import { DomainError } from './errors.js';

/** Maximum length of a stored reason, in characters. */
const REASON_LENGTH = 1024;

/** Returns the reason of a failure for clients. Hides errors that are not meant for them. */
export function reasonOf(failure: unknown): string {
  return failure instanceof DomainError ? failure.message : 'The server failed unexpectedly.';
}

/** Cuts a reason to the maximum length, in whole characters. */
export function storedReason(reason: string): string {
  return Array.from(reason).slice(0, REASON_LENGTH).join('');
}
