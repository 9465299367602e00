import { DriverError, type Connection, type Connector } from '../contract/index.js';

/**
 * Checks that the connector has an initiator. Null passes: command-line clients send it for hosts without iSCSI, and
 * Cinder only checks for the key.
 */
export function checkInitiator(connector: Connector): void {
  const { initiator } = connector;
  if (initiator === undefined) {
    throw new DriverError('INVALID_CONNECTOR', 'the connector has no initiator', { field: 'initiator' });
  }
  if (initiator !== null && typeof initiator !== 'string') {
    throw new DriverError('INVALID_CONNECTOR', 'the initiator is not a string', { field: 'initiator' });
  }
}

/** Returns the initiator name of the connection's host, or null if it has none. */
export function initiatorOf(connection: Connection): string | null {
  const { initiator } = connection.connector;
  return typeof initiator === 'string' && initiator !== '' ? initiator : null;
}

/** Compares names of initiators, which are case-insensitive (RFC 7143 section 4.2.7.1). */
export function isSameHost(one: string | null, other: string | null): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}
