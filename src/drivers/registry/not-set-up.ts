import { Unavailable } from '../../platform/errors.js';

/** The reason why a backend is not set up, and the Retry-After in seconds. */
export interface NotSetUp {
  readonly reason: string;
  readonly retryAfterS: number;
  /** True if only a restart can help: its driver cannot be used. */
  readonly isFinal?: boolean;
}

/** The refusal of a request for a backend that is not set up. It has no reason, which is for the operator alone. */
export function notSetUpRefusal(backend: string, { retryAfterS, isFinal }: NotSetUp): Unavailable {
  return new Unavailable(
    isFinal === true
      ? `Backend ${backend} cannot be used until an operator has corrected it.`
      : `Backend ${backend} does not answer. Try again later.`,
    retryAfterS,
  );
}
