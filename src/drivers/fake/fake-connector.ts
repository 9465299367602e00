import { DriverError, type Connection, type Connector } from '../contract/index.js';

/**
 * Checks that the connector names an initiator. Null passes: command-line clients send it for hosts without
 * iSCSI, and Cinder looks for the key alone.
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

/** The name under which a target knows the connection's host, or null when it has none. */
export function initiatorOf(connection: Connection): string | null {
  const { initiator } = connection.connector;
  return typeof initiator === 'string' && initiator !== '' ? initiator : null;
}

/** Whether the host wants every portal; command-line clients send texts for truth values. */
export function wantsMultipath({ multipath }: Connector): boolean {
  return multipath === true || (typeof multipath === 'string' && multipath.toLowerCase() === 'true');
}
