import { isIP, SocketAddress } from 'node:net';

/** Fields of a connector that identify its host. */
export type HostKey = 'initiator' | 'ip' | 'host';

/**
 * Normalizes a host's name for comparison only. Initiator names are case-insensitive (RFC 7143 section 4.2.7),
 * addresses have several spellings, and a host name may end with the root's dot.
 */
export function comparableHost(key: HostKey, name: string): string {
  if (key === 'initiator') return name.toLowerCase();
  if (key === 'host') return name.replace(/\.$/, '');
  return comparableAddress(name);
}

/** Maps an IPv4-mapped IPv6 address to the IPv4 address, as storage sees the host by that. */
export function comparableAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const { address: plain } = new SocketAddress({ address, family: 'ipv6' });
  return /^::ffff:([0-9.]+)$/.exec(plain)?.[1] ?? plain;
}
