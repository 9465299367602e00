import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { hostInUrl } from '../../platform/hosts/host-in-url.js';
import { addressOf } from '../../platform/hosts/host-name.js';
import { trimCharactersEnd } from '../../platform/trim-characters.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { normalPath } from './request-target.js';

/** Path segments without characters that could end the path of a URL. */
const PREFIX = /^(?:\/[\w.~!$&'()*+;=:@%-]+)+\/?$/;

const LONGEST_PREFIX = 255;

/** This server's address as clients see it, the base of every link in a response. */
@Injectable()
export class PublicEndpoint {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** `scheme://host[:port][/path]` without a trailing slash: public_endpoint, or else from the request and its proxies. */
  of(request: Request): string {
    if (this.config.public_endpoint !== undefined) return this.config.public_endpoint;
    const scheme = first(request.get('X-Forwarded-Proto')) === 'https' ? 'https' : 'http';
    const [named] = [first(request.get('X-Forwarded-Host')), request.get('Host')].flatMap(
      (name) => addressOf(name ?? '', scheme) ?? [],
    );
    const host = named?.host ?? `${hostInUrl(this.config.host)}:${this.config.port}`;
    return `${scheme}://${host}${prefixOf(request)}`;
  }
}

/** Returns the path prefix that a proxy has removed. */
function prefixOf(request: Request): string {
  const prefix = first(request.get('X-Forwarded-Prefix')) ?? '';
  return prefix.length <= LONGEST_PREFIX && PREFIX.test(prefix)
    ? trimCharactersEnd(normalPath(prefix), '/')
    : '';
}

function first(list: string | undefined): string | undefined {
  return list?.split(',', 1)[0]?.trim();
}
