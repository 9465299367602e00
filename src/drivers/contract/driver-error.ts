/**
 * Reason for a driver's refusal or failure. The core acts on the code, never on the message.
 *
 * | Code | Meaning | What the core does |
 * |---|---|---|
 * | `INVALID_CONNECTOR` | a connector key that the driver needs is missing or invalid | answers 400, nothing changes |
 * | `NOT_FOUND` | the backend does not know the volume | answers 500 with the driver's message |
 * | `FAILED_PRECONDITION` | the backend's current state forbids the call | answers 409 |
 * | `RESOURCE_EXHAUSTED` | no capacity, no free target, or a limit reached | answers 500; a new volume becomes `error`, a volume being extended stays as it was |
 * | `BUSY` | something else holds the volume; the same call may succeed later | answers 500, callers retry |
 * | `UNAVAILABLE` | the backend is unreachable or did not answer in time | answers 500, callers retry |
 * | `UNSUPPORTED` | the driver does not support the operation | answers 501 |
 * | `INTERNAL` | anything else, including errors without a code | answers 500 |
 */
export type DriverErrorCode =
  | 'INVALID_CONNECTOR'
  | 'NOT_FOUND'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'BUSY'
  | 'UNAVAILABLE'
  | 'UNSUPPORTED'
  | 'INTERNAL';

/** Brand that works across several copies of this package in one process, unlike `instanceof`. */
const DRIVER_ERROR = Symbol.for('clinker.driver.error');

/**
 * An error that a driver throws deliberately. Clients see its message, so it must not contain secrets.
 *
 * @example
 * throw new DriverError('INVALID_CONNECTOR', 'the connector has no initiator', { field: 'initiator' });
 */
export class DriverError extends Error {
  readonly [DRIVER_ERROR] = true;
  override readonly name = 'DriverError';
  /** For `INVALID_CONNECTOR`: the connector key at fault. */
  readonly field: string | undefined;

  constructor(
    readonly code: DriverErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly field?: string } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.field = options.field;
  }
}

/** Returns true if a thrown value is a {@link DriverError}, from any copy of this package. */
export function isDriverError(thrown: unknown): thrown is DriverError {
  return typeof thrown === 'object' && thrown !== null && DRIVER_ERROR in thrown;
}
