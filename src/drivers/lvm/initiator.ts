import { DriverError, type Connection, type Connector } from '../contract/index.js';

/** RFC 7143 section 4.2.7.1: at most 223 bytes. */
const MAX_NAME_LENGTH = 223;

/**
 * The three types of iSCSI names: iqn (RFC 7143 section 4.2.7.4), EUI-64 (4.2.7.5) and NAA (4.2.7.6). Only the usual
 * ASCII characters are allowed, none with a special meaning in a shell or a configuration file.
 */
const ISCSI_NAME =
  /^(iqn\.[0-9]{4}-(0[1-9]|1[0-2])\.[a-z0-9.-]+(:[a-z0-9.:_-]*)?|eui\.[0-9a-f]{16}|naa\.([0-9a-f]{16}|[0-9a-f]{32}))$/i;

/** @throws INVALID_CONNECTOR */
export function checkInitiator({ initiator }: Connector): void {
  if (initiator === undefined || initiator === null) throw refused('the connector has no initiator');
  if (typeof initiator !== 'string') throw refused('the initiator is not a string');
  if (initiator.length > MAX_NAME_LENGTH) {
    throw refused(`the initiator has more than ${MAX_NAME_LENGTH} characters`);
  }
  if (!ISCSI_NAME.test(initiator)) {
    throw refused('the initiator is not an iSCSI name (iqn.YYYY-MM.domain:name, eui. or naa.)');
  }
}

/** Returns the validated initiator name of the connection's host. @throws INVALID_CONNECTOR */
export function initiatorOf({ connector }: Connection): string {
  checkInitiator(connector);
  return connector.initiator as string;
}

/** Compares initiator names. They are case-insensitive (RFC 7143 section 4.2.7.1), and LIO converts them to lower case. */
export function isSameInitiator(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function refused(reason: string): DriverError {
  return new DriverError('INVALID_CONNECTOR', reason, { field: 'initiator' });
}
