import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { hostInUrl } from '../common/host-in-url.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';

/** Without what could end the host in a URL. */
const HOST = /^[A-Za-z0-9.\-_:[\]]{1,255}$/;

/** The address under which clients reach this server, for links in answers. */
@Injectable()
export class PublicEndpoint {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** `scheme://host[:port]` without a trailing slash: as configured, or else as the request and its proxies say. */
  of(request: Request): string {
    if (this.config.public_endpoint !== undefined) return this.config.public_endpoint;
    const forwardedHost = first(request.get('X-Forwarded-Host'));
    const host = [forwardedHost, request.get('Host')].find((name) => name !== undefined && isHost(name));
    const scheme = first(request.get('X-Forwarded-Proto')) === 'https' ? 'https' : 'http';
    return `${scheme}://${host ?? `${hostInUrl(this.config.host)}:${this.config.port}`}`;
  }
}

function isHost(name: string): boolean {
  return HOST.test(name) && URL.canParse(`http://${name}`);
}

function first(list: string | undefined): string | undefined {
  return list?.split(',', 1)[0]?.trim();
}
