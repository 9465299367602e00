import { isIP, SocketAddress } from 'node:net';
import { DriverError, type AccessMode, type Connection, type Connector } from '../contract/index.js';

/** Checks that the connector names an address that an export can be limited to. */
export function checkAddress({ ip }: Connector): void {
  if (ip === undefined || ip === null) {
    throw new DriverError('INVALID_CONNECTOR', 'the connector has no ip', { field: 'ip' });
  }
  // A zone (fe80::1%eth0) means nothing on another machine, and isIP lets any text follow the percent sign.
  if (typeof ip !== 'string' || isIP(ip) === 0 || ip.includes('%')) {
    throw new DriverError('INVALID_CONNECTOR', 'the ip is not an IP address', { field: 'ip' });
  }
}

/** The address of the connection's host, in the one spelling that comparisons use. */
export function addressOf({ connector }: Connection): string {
  checkAddress(connector);
  return canonicalAddress(connector.ip as string);
}

/** One spelling for an address that may be written in several; what is no address stays as it is. */
export function canonicalAddress(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 6) return bare;
  return new SocketAddress({ address: bare, family: 'ipv6' }).address;
}

/** The hosts of the connections, each with the widest mode that one of its connections asks for. */
export function modesByAddress(connections: readonly Connection[]): ReadonlyMap<string, AccessMode> {
  const modes = new Map<string, AccessMode>();
  for (const connection of connections) {
    const address = addressOf(connection);
    if (modes.get(address) !== 'rw') modes.set(address, connection.mode);
  }
  return modes;
}
