import { isIP } from 'node:net';
import { DriverError, type Connection, type Connector } from 'clinker-driver';

/**
 * Returns the connector's address. A connector is unchecked text from a client, and this one becomes a word of a
 * configuration file.
 * @throws INVALID_CONNECTOR
 */
export function addressIn({ ip }: Connector): string {
  if (ip === undefined || ip === null) throw refused('the connector has no ip');
  if (typeof ip !== 'string' || isIP(ip) === 0 || ip.includes('%')) throw refused('the ip is not an address');
  return ip;
}

export function addressOf({ connector }: Connection): string {
  return addressIn(connector);
}

function refused(reason: string): DriverError {
  return new DriverError('INVALID_CONNECTOR', reason, { field: 'ip' });
}
