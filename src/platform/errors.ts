/**
 * A refusal or failure that a client may see. Thrown by every layer below HTTP; only the fault filter knows statuses.
 * The message is safe to show: no secrets, no internals.
 */
export abstract class DomainError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request itself is wrong, or the state of its resource forbids it in a way that Cinder calls invalid. */
export class InvalidInput extends DomainError {
  constructor(
    // Cinder's default text.
    message = 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The named resource does not exist, or is not visible to this caller. */
export class NotFound extends DomainError {
  constructor(message = 'The resource could not be found.', options?: ErrorOptions) {
    super(message, options);
  }
}

/** The current state of the resource conflicts with the request. */
export class Conflict extends DomainError {}

/** The caller's roles do not allow it. */
export class Forbidden extends DomainError {}

/** The request carries no valid identity. */
export class Unauthorized extends DomainError {}

/** The request was meant for another server. */
export class Misdirected extends DomainError {}

/** A microversion outside the supported range. */
export class NotAcceptable extends DomainError {}

/** The content type of the body is not supported. */
export class UnsupportedMediaType extends DomainError {}

/** The request is larger than the server accepts. */
export class TooLarge extends DomainError {}

/** A volume's backend is not, or no longer, configured: it stays unavailable until the operator acts. */
export class BackendNotConfigured extends Conflict {
  constructor(readonly backend: string) {
    super(
      `Backend ${backend} is not configured. The operator can configure it again, move its volumes to another name ` +
        'with "clinker backend rename", or remove them with "clinker backend forget".',
    );
  }
}

/** The backend refuses the operation for now, because of the state of the volume or the storage. */
export class BackendRefusal extends Conflict {}

/** The backend's driver does not support this. */
export class NotSupported extends DomainError {}

/** A backend failed; the message says which and why. */
export class BackendFailure extends DomainError {}

/** A backend lacks space for the operation, and has not started it. */
export class NoRoom extends BackendFailure {}

/** A backend did not answer: the operation may be valid, and may succeed later. */
export class BackendAway extends BackendFailure {}

/** A temporary refusal; the client is told when to retry. */
export abstract class TemporaryRefusal extends DomainError {
  constructor(
    message: string,
    /** Whole seconds after which a retry is worthwhile, at least 1; undefined when unknown. */
    readonly retryAfterS?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server cannot answer now but may be able to soon. */
export class Unavailable extends TemporaryRefusal {}

/** This server cannot do it as it is configured; another one may. */
export class UnavailableHere extends TemporaryRefusal {}

/** The caller exceeds its quota or rate. */
export class OverLimit extends TemporaryRefusal {}

/** Returns whether a backend did not answer, was not called for that reason, or is not configured. Its volumes may be intact. */
export function isOutageOfBackend(error: unknown): boolean {
  return (
    error instanceof BackendAway || error instanceof Unavailable || error instanceof BackendNotConfigured
  );
}
