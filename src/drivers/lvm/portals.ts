import { isIP } from 'node:net';
import { DriverError } from '../contract/index.js';

/** IP address and port on which targets are reachable. */
export interface Portal {
  readonly address: string;
  readonly port: number;
}

/** Parses a portal of the option `portals`: `ip:port` or `[ipv6]:port`. */
export function portalIn(text: string): Portal {
  const end = text.lastIndexOf(':');
  return { address: text.slice(0, end).replace(/^\[|\]$/g, ''), port: Number(text.slice(end + 1)) };
}

/** @throws FAILED_PRECONDITION naming the first portal that no host can use. */
export function checkPortals(portals: readonly string[]): void {
  for (const portal of portals) {
    const fault = faultOf(portalIn(portal));
    if (fault === null) continue;
    throw new DriverError(
      'FAILED_PRECONDITION',
      `the portal ${portal} ${fault}; correct the option "portals"`,
    );
  }
}

function faultOf({ address, port }: Portal): string | null {
  if (isIP(address) === 0) return 'has no IP address';
  if (port < 1 || port > 65_535) return 'has no port from 1 to 65535';
  // Hosts connect to the address in connection_info, so a wildcard address is useless.
  if (/^(0\.0\.0\.0|[0:]+)$/.test(address)) return 'is not an address that hosts can reach';
  // targetcli takes every address with a dot for IPv4.
  if (isIP(address) === 6 && address.includes('.')) return 'is an IPv4-mapped IPv6 address; use plain IPv4';
  return null;
}
