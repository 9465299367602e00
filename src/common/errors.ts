/**
 * A refusal or failure that a client may be told about. Thrown by every layer below HTTP; only the fault
 * filter knows statuses. The message is safe to show: no secrets, no internals.
 */
export abstract class DomainError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request itself is wrong, or the state of what it names forbids it in a way Cinder calls invalid. */
export class InvalidInput extends DomainError {}

/** What the request names is not there, or not there for this caller. */
export class NotFound extends DomainError {}

/** The current state of the resource conflicts with the request. */
export class Conflict extends DomainError {}

/** The caller's roles do not allow it. */
export class Forbidden extends DomainError {}

/** The request carries no valid identity. */
export class Unauthorized extends DomainError {}

/** A microversion outside the supported range. */
export class NotAcceptable extends DomainError {}

/** The body is of a type that the API does not read. */
export class UnsupportedMediaType extends DomainError {}

/** The request is larger than the server accepts. */
export class TooLarge extends DomainError {}

/** The backend's driver cannot do this at all. */
export class NotSupported extends DomainError {}

/** A backend failed; the message says which and why. */
export class BackendFailure extends DomainError {}

/** A refusal that passes by itself; the client is told when to try again. */
export abstract class TemporaryRefusal extends DomainError {
  constructor(
    message: string,
    /** Whole seconds after which another try is worthwhile, at least 1; undefined when nothing is known. */
    readonly retryAfterS?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server cannot answer now and may be able to soon. */
export class Unavailable extends TemporaryRefusal {}

/** The caller asks for more than its quota or rate allows. */
export class OverLimit extends TemporaryRefusal {}
