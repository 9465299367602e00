import { inspect } from 'node:util';
import {
  BackendAway,
  BackendFailure,
  BackendRefusal,
  NoRoom,
  NotSupported,
  type DomainError,
} from '../../platform/errors.js';
import { redactText } from '../../platform/logging/redact.js';
import { DriverError, isDriverError, type Connector } from '../contract/index.js';
import { invalidConnector } from './connector-check.js';
import { CallTimedOut } from './guarded-call.js';
import { NotPlainData } from '../results/frozen-copy.js';

/** Context of a failed call. */
export interface FailedCall {
  /** Name of the backend in the configuration. */
  readonly backend: string;
  /** Name of the driver, for errors that its author must fix. */
  readonly driver: string;
  /** Name of the driver method. */
  readonly operation: string;
  /** The call's connector, if it has one. */
  readonly connector?: Connector | undefined;
  /** Strings that must not appear in any message. */
  readonly secrets: Iterable<string>;
}

/** Longer messages are usually a tool's whole output. The log has the rest. */
const MAX_MESSAGE_LENGTH = 500;

/** Codes by which a driver says that it will not do what it was asked. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...['INVALID_CONNECTOR', 'FAILED_PRECONDITION', 'UNSUPPORTED', 'RESOURCE_EXHAUSTED'],
]);

/** Returns true if a call failed because the backend is unreachable, rather than because of the request. */
export function isOutage(thrown: unknown): boolean {
  return thrown instanceof CallTimedOut || (isDriverError(thrown) && thrown.code === 'UNAVAILABLE');
}

/** Outcome of a driver call, for metrics: a fixed set, whatever drivers throw. */
export type CallOutcome = 'ok' | 'refused' | 'unavailable' | 'timeout' | 'failed';

/** Returns the outcome of a call that failed. */
export function outcomeOf(thrown: unknown): CallOutcome {
  if (thrown instanceof CallTimedOut) return 'timeout';
  if (!isDriverError(thrown)) return 'failed';
  if (thrown.code === 'UNAVAILABLE') return 'unavailable';
  return REFUSALS.has(thrown.code) ? 'refused' : 'failed';
}

/** Converts an error of a driver call into a `DomainError`. The only place that maps between the two. */
export function toDomainError(thrown: unknown, call: FailedCall): DomainError {
  const subject = `Backend ${call.backend}: ${call.operation}`;
  const options = { cause: withoutSecrets(thrown, call.secrets) };
  if (thrown instanceof CallTimedOut) {
    return new BackendAway(`${subject} did not answer within ${thrown.timeoutMs} ms.`, options);
  }
  if (thrown instanceof NotPlainData) {
    return new BackendFailure(
      `${subject} of driver ${call.driver} returned an invalid result: ${thrown.message}.`,
      options,
    );
  }
  if (!isDriverError(thrown)) return new BackendFailure(`${subject} failed unexpectedly.`, options);
  const message = presentable(thrown.message, call.secrets);
  switch (thrown.code) {
    case 'INVALID_CONNECTOR':
      return invalidConnector(connectorFault(thrown.field, message, call.connector), options);
    case 'FAILED_PRECONDITION':
      return new BackendRefusal(`${subject} is not possible now: ${message}`, options);
    case 'UNSUPPORTED':
      return new NotSupported(`${subject} is not supported: ${message}`, options);
    case 'RESOURCE_EXHAUSTED':
      return new NoRoom(`${subject} failed: ${message}`, options);
    case 'UNAVAILABLE':
      return new BackendAway(`${subject} failed: ${message}`, options);
    default:
      return new BackendFailure(`${subject} failed: ${message}`, options);
  }
}

/**
 * Returns Cinder's message for a missing key, since clients parse it, with what the driver says beyond that; else the
 * driver's message, naming the key.
 */
function connectorFault(
  field: string | undefined,
  message: string,
  connector: Connector | undefined,
): string {
  if (field === undefined) return message;
  if (connector !== undefined && !Object.hasOwn(connector, field)) {
    const missing = `Connector doesn't have required information: ${field}`;
    return message === '' || message.endsWith(`no ${field}`) ? missing : `${missing} (${message})`;
  }
  return message.includes(field) ? message : `Connector's ${field}: ${message}`;
}

/** Returns the message as one line of bounded length, without secrets. */
function presentable(message: unknown, secrets: Iterable<string>): string {
  const line = redactText(String(message), secrets).replace(/\p{Cc}+/gu, ' ');
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}

/** Returns the thrown value itself if it contains no secret, else a stand-in with the secrets masked, for the log. */
function withoutSecrets(thrown: unknown, secrets: Iterable<string>): unknown {
  const told = inspect(thrown, { depth: 4 });
  const masked = redactText(told, secrets);
  if (masked === told) return thrown;
  const message = thrown instanceof Error ? redactText(thrown.message, secrets) : masked;
  const standIn = isDriverError(thrown) ? new DriverError(thrown.code, message) : new Error(message);
  standIn.stack = masked;
  return standIn;
}
