/**
 * Why a driver refused or failed. The code is API: the core decides by it, never by the message.
 *
 * | Code | Meaning | What the core does |
 * |---|---|---|
 * | `INVALID_CONNECTOR` | the connector lacks or garbles something the driver needs | answers 400, nothing changes |
 * | `NOT_FOUND` | the backend does not know the volume | answers 500, says so |
 * | `FAILED_PRECONDITION` | the backend's state forbids the call now | answers 409 |
 * | `RESOURCE_EXHAUSTED` | no capacity, no free target, a limit reached | answers 500; a new volume becomes `error` |
 * | `BUSY` | something else holds the volume; the same call may work later | answers 500, callers retry |
 * | `UNAVAILABLE` | the backend cannot be reached or did not answer in time | answers 500, callers retry |
 * | `UNSUPPORTED` | this driver cannot do that | answers 501 |
 * | `INTERNAL` | anything else; also what an error without a code becomes | answers 500 |
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

/** Brand that survives two copies of this package in one process, which `instanceof` does not. */
const DRIVER_ERROR = Symbol.for('clinker.driver.error');

/**
 * The error a driver throws on purpose. Its message goes to the client, so it must hold no secret.
 *
 * @example
 * throw new DriverError('INVALID_CONNECTOR', 'the connector has no initiator', { field: 'initiator' });
 */
export class DriverError extends Error {
  readonly [DRIVER_ERROR] = true;
  override readonly name = 'DriverError';
  /** The connector's key that is wrong, for `INVALID_CONNECTOR`. */
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

/** Whether a thrown value is a {@link DriverError}, from whichever copy of this package. */
export function isDriverError(thrown: unknown): thrown is DriverError {
  return typeof thrown === 'object' && thrown !== null && DRIVER_ERROR in thrown;
}
