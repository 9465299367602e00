import { hostInUrl } from '../../platform/hosts/host-in-url.js';
import type { Config } from '../../platform/config/config.schema.js';
import { addressOf, hostNameOf, isAddress, isLoopbackName } from '../../platform/hosts/host-name.js';

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '[::]']);

type HostSettings = Pick<Config, 'host' | 'public_endpoint' | 'allowed_hosts'>;

/**
 * Host names of this server. Any other name may belong to an attacker who resolves it to this server, so that the
 * browser treats the server as part of the attacker's site (DNS rebinding).
 */
export class OwnHosts {
  private readonly names: ReadonlySet<string>;
  private readonly listensEverywhere: boolean;
  private readonly publicOrigin: string | undefined;

  constructor({ host, public_endpoint: endpoint, allowed_hosts: allowed }: HostSettings) {
    const publicUrl = endpoint === undefined ? undefined : new URL(endpoint);
    const listening = addressOf(hostInUrl(host));
    const configured = [listening, publicUrl].flatMap((url) => (url === undefined ? [] : [hostNameOf(url)]));
    this.names = new Set([...configured, ...allowed]);
    this.listensEverywhere = listening !== undefined && EVERY_ADDRESS.has(hostNameOf(listening));
    this.publicOrigin = publicUrl?.origin;
  }

  /** Returns whether a host header, with or without a port, names this server. */
  includes(host: string): boolean {
    const url = addressOf(host);
    if (url === undefined) return false;
    const name = hostNameOf(url);
    if (isLoopbackName(name) || this.names.has(name)) return true;
    return this.listensEverywhere && isAddress(name);
  }

  /** Returns whether an origin is this server's own: the host and port of the request, or public_endpoint. */
  isOwnOrigin(origin: string, requested: readonly string[]): boolean {
    if (!/^https?:\/\/[^/]+$/.test(origin) || !URL.canParse(origin)) return false;
    const page = new URL(origin);
    if (page.origin === this.publicOrigin) return true;
    const scheme = page.protocol === 'https:' ? 'https' : 'http';
    return requested.some((host) => addressOf(host, scheme)?.host === page.host);
  }
}
