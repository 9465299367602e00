import { isIPv4 } from 'node:net';

/**
 * A host with an optional port, without characters that could end the host in a URL. An address's zone, which is local
 * to the sender, is dropped.
 */
const HOST_AND_PORT = /^(?:(\[[\da-f:.]+)(?:%[\w.~%-]+)?(\])|([\w.-]+))(:\d{0,5})?$/i;

const LONGEST = 262;

/** Returns the URL `scheme://host:port` for a header such as Host; undefined when it names no host. */
export function addressOf(host: string, scheme: 'http' | 'https' = 'http'): URL | undefined {
  const [, open = '', close = '', name = '', port = ''] = HOST_AND_PORT.exec(host) ?? [];
  const bare = open + close + name;
  if (bare === '' || host.length > LONGEST) return undefined;
  const address = `${scheme}://${bare}${port}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** Returns the host name without the trailing root dot; URL has normalized the rest. */
export function hostNameOf({ hostname }: URL): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

const LOOPBACK_MAPPED = /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/;

/** Returns whether a normalized host name is loopback, whatever DNS says (RFC 6761, 6.3). */
export function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  return (isIPv4(name) && name.startsWith('127.')) || LOOPBACK_MAPPED.test(name);
}

/** Returns whether a normalized host name is an address, which DNS cannot redirect. */
export function isAddress(name: string): boolean {
  return name.startsWith('[') || isIPv4(name);
}
