import { InvalidInput } from '../../common/errors.js';
import type { Connector } from '../contract/index.js';

/** The keys of a connector that the core itself shows, filters by or compares. */
const NAMING_KEYS = ['host', 'ip', 'initiator'] as const;

/** Width of Cinder's columns for such names. */
const MAX_NAME_LENGTH = 255;

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Checks what must hold of a connector whatever the driver: the names in it are texts of at most 255 characters
 * without control characters. Null counts as absent, since clients send it for what they do not know.
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

/** The refusal of a connector, in the words that Cinder puts before every invalid input. */
export function invalidConnector(reason: string, options?: ErrorOptions): InvalidInput {
  return new InvalidInput(`Invalid input received: ${reason}`, options);
}
