import { BackendFailure, DomainError } from '../common/errors.js';

/** Longest reason that a row can hold. */
const REASON_LENGTH = 1024;

/** The reason of a connection that nobody heard of, as its process died. */
export const INTERRUPTED = 'The connection was interrupted while it was being made, and was undone.';

/** Why work at a backend failed, in words that may be shown. */
export function reasonOf(failure: unknown): string {
  return failure instanceof DomainError ? failure.message : 'unexpected failure';
}

/** A backend's failure in the words of what was asked for, Cinder's, followed by the reason; others as they are. */
export function explained(what: string, failure: unknown): unknown {
  if (!(failure instanceof BackendFailure)) return failure;
  return new BackendFailure(`${what} (${failure.message.replace(/\.$/, '')}).`, { cause: failure });
}

/** As much of a reason as a row can hold. */
export function storedReason(reason: string): string {
  return reason.slice(0, REASON_LENGTH);
}
