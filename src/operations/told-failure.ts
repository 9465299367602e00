import {
  BackendAway,
  BackendFailure,
  BackendNotConfigured,
  BackendRefusal,
  Conflict,
  DomainError,
  InvalidInput,
  NoRoom,
  NotFound,
  NotSupported,
  TemporaryRefusal,
  Unavailable,
} from '../platform/errors.js';

/** A failure as one process tells it to another. */
export interface ToldFailure {
  /** Name of the error's class; empty for an error that clients must not see. */
  readonly name: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

/** Errors of work at backends that clients may see. */
const KINDS = [
  ...[BackendAway, BackendFailure, BackendRefusal, Conflict, InvalidInput, NoRoom, NotFound, NotSupported],
  Unavailable,
];

export function toldFailure(failure: unknown): ToldFailure {
  if (!(failure instanceof DomainError)) return { name: '', message: '' };
  const { message } = failure;
  const kind = failure instanceof BackendNotConfigured ? Conflict : nearestKind(failure);
  const retryAfterS = failure instanceof TemporaryRefusal ? failure.retryAfterS : undefined;
  return { name: kind?.name ?? '', message, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
}

/** Returns the error that {@link toldFailure} described. */
export function failureFrom({ name, message, retryAfterS }: ToldFailure): Error {
  const kind = KINDS.find((one) => one.name === name);
  if (kind === undefined)
    return new Error('the work failed unexpectedly; the log of the volume node says why');
  return kind === Unavailable ? new Unavailable(message, retryAfterS) : new kind(message);
}

/** The error's class, or the most special one that it derives from. */
function nearestKind(failure: DomainError): (typeof KINDS)[number] | undefined {
  return KINDS.find((kind) => kind === failure.constructor) ?? KINDS.find((kind) => failure instanceof kind);
}
