import { inspect } from 'node:util';
import { BackendFailure, Conflict, NotSupported, type DomainError } from '../../common/errors.js';
import { redactText } from '../../common/redact.js';
import { DriverError, isDriverError, type Connector } from '../contract/index.js';
import { invalidConnector } from './connector-check.js';
import { CallTimedOut } from './guarded-call.js';
import { NotPlainData } from './frozen-copy.js';

/** What is known about a call when it fails. */
export interface FailedCall {
  /** Name of the backend in the configuration. */
  readonly backend: string;
  /** Name of the driver, for faults that its author must mend. */
  readonly driver: string;
  /** The driver's method. */
  readonly operation: string;
  /** The connector that the call was about, if it was about one. */
  readonly connector?: Connector | undefined;
  /** Texts that must not appear in any message. */
  readonly secrets: Iterable<string>;
}

/** Longer messages are somebody's whole output; the log has the rest. */
const MAX_MESSAGE_LENGTH = 500;

/** Whether a call failed because the backend is away, rather than because of what was asked of it. */
export function isOutage(thrown: unknown): boolean {
  return thrown instanceof CallTimedOut || (isDriverError(thrown) && thrown.code === 'UNAVAILABLE');
}

/** Turns whatever a call to a driver threw into what the core understands; the only place that knows both sides. */
export function toDomainError(thrown: unknown, call: FailedCall): DomainError {
  const subject = `Backend ${call.backend}: ${call.operation}`;
  const options = { cause: withoutSecrets(thrown, call.secrets) };
  if (thrown instanceof CallTimedOut) {
    return new BackendFailure(`${subject} did not answer within ${thrown.timeoutMs} ms.`, options);
  }
  if (thrown instanceof NotPlainData) {
    return new BackendFailure(
      `${subject} of driver ${call.driver} gave a wrong result: ${thrown.message}.`,
      options,
    );
  }
  if (!isDriverError(thrown)) return new BackendFailure(`${subject} failed unexpectedly.`, options);
  const message = presentable(thrown.message, call.secrets);
  switch (thrown.code) {
    case 'INVALID_CONNECTOR':
      return invalidConnector(connectorFault(thrown.field, message, call.connector), options);
    case 'FAILED_PRECONDITION':
      return new Conflict(`${subject} is not possible now: ${message}`, options);
    case 'UNSUPPORTED':
      return new NotSupported(`${subject} is not supported: ${message}`, options);
    default:
      return new BackendFailure(`${subject} failed: ${message}`, options);
  }
}

/** Cinder's own words where a key is missing, since clients parse them; else the driver's, with the key named. */
function connectorFault(
  field: string | undefined,
  message: string,
  connector: Connector | undefined,
): string {
  if (field === undefined) return message;
  if (connector !== undefined && !Object.hasOwn(connector, field)) {
    return `Connector doesn't have required information: ${field}`;
  }
  return message.includes(field) ? message : `Connector's ${field}: ${message}`;
}

/** One line of bounded length without secrets. */
function presentable(message: unknown, secrets: Iterable<string>): string {
  const line = redactText(String(message), secrets).replace(/\p{Cc}+/gu, ' ');
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}

/** The thrown value itself if it holds no secret, else a stand-in that tells the log the same without them. */
function withoutSecrets(thrown: unknown, secrets: Iterable<string>): unknown {
  const told = inspect(thrown, { depth: 4 });
  const masked = redactText(told, secrets);
  if (masked === told) return thrown;
  const message = thrown instanceof Error ? redactText(thrown.message, secrets) : masked;
  const standIn = isDriverError(thrown) ? new DriverError(thrown.code, message) : new Error(message);
  standIn.stack = masked;
  return standIn;
}
