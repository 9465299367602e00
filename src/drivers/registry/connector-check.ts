import { InvalidInput } from '../../platform/errors.js';
import type { Connector } from '../contract/index.js';

/** The connector keys that the core itself shows, compares or filters by. */
const NAMING_KEYS = ['host', 'ip', 'initiator'] as const;

/** Width of Cinder's database columns for these names. */
const MAX_NAME_LENGTH = 255;

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Checks the driver-independent rules for connectors: names are strings of at most 255 characters without control
 * characters. Null counts as absent, since clients send it for unknown values.
 * @throws InvalidInput naming the key.
 */
export function checkConnectorNames(connector: Connector): void {
  for (const key of NAMING_KEYS) {
    const value = connector[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') throw invalidConnector(`Connector's ${key} must be a string.`);
    if (value.length > MAX_NAME_LENGTH) {
      throw invalidConnector(`Connector's ${key} must have at most ${MAX_NAME_LENGTH} characters.`);
    }
    if (CONTROL_CHARACTER.test(value)) {
      throw invalidConnector(`Connector's ${key} must not have control characters.`);
    }
  }
}

/** Returns the error for an invalid connector, with Cinder's prefix for invalid input. */
export function invalidConnector(reason: string, options?: ErrorOptions): InvalidInput {
  return new InvalidInput(`Invalid input received: ${reason}`, options);
}
