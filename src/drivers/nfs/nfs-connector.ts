import { isIP } from 'node:net';
import { comparableAddress } from '../../platform/hosts/comparable-host.js';
import { DriverError, type AccessMode, type Connection, type Connector } from '../contract/index.js';

/** Checks that the connector has an address to which an export can be limited. */
export function checkAddress({ ip }: Connector): void {
  if (ip === undefined || ip === null) {
    throw new DriverError('INVALID_CONNECTOR', 'the connector has no ip', { field: 'ip' });
  }
  // A zone (fe80::1%eth0) has no meaning on another machine, and isIP accepts any text after the percent sign.
  if (typeof ip !== 'string' || isIP(ip) === 0 || ip.includes('%')) {
    throw new DriverError('INVALID_CONNECTOR', 'the ip is not an IP address', { field: 'ip' });
  }
  if (isNobody(canonicalAddress(ip))) {
    throw new DriverError('INVALID_CONNECTOR', 'the ip is not the address of a single host', { field: 'ip' });
  }
}

/** True for addresses that cannot be a source: unspecified (0.0.0.0/8, ::), multicast and above (224.0.0.0/3, ff00::/8). */
function isNobody(address: string): boolean {
  if (isIP(address) === 6) return address === '::' || address.startsWith('ff');
  const first = Number(address.split('.')[0]);
  return first === 0 || first >= 224;
}

/** Returns the canonical address of the connection's host. */
export function addressOf({ connector }: Connection): string {
  checkAddress(connector);
  return canonicalAddress(connector.ip as string);
}

/** Returns the canonical form of an address; other text is returned unchanged. */
export function canonicalAddress(text: string): string {
  return comparableAddress(text.replace(/^\[(.*)\]$/, '$1'));
}

/** Returns the hosts of the connections, each with the widest mode that one of its connections requests. */
export function modesByAddress(connections: readonly Connection[]): ReadonlyMap<string, AccessMode> {
  const modes = new Map<string, AccessMode>();
  for (const connection of connections) {
    const address = addressOf(connection);
    if (modes.get(address) !== 'rw') modes.set(address, connection.mode);
  }
  return modes;
}
