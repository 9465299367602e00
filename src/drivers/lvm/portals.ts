import { isIP } from 'node:net';
import { DriverError } from '../contract/index.js';

/** Where a target listens. */
export interface Portal {
  readonly address: string;
  readonly port: number;
}

/** One portal of the option `portals`: `ip:port` or `[ipv6]:port`. */
export function portalIn(text: string): Portal {
  const end = text.lastIndexOf(':');
  return { address: text.slice(0, end).replace(/^\[|\]$/g, ''), port: Number(text.slice(end + 1)) };
}

/** @throws FAILED_PRECONDITION naming the first portal under which no host can reach a target. */
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
  // connection_info tells hosts where to go: every address of the storage host is no address.
  if (/^(0\.0\.0\.0|[0:]+)$/.test(address)) return 'is no address that a host can reach';
  // targetcli takes any address with a dot for IPv4.
  if (isIP(address) === 6 && address.includes('.')) return 'is IPv4 in the dress of IPv6: write it as IPv4';
  return null;
}
