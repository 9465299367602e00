import type { Request } from 'express';
import { FirstRequest } from '../../microversion/first-request.js';
import { MAXIMUM } from '../../microversion/microversion.js';
import { VERSION_HEADER } from '../../microversion/negotiation.js';
import type { PublicEndpoint } from '../http/public-endpoint.js';

/** Under noauth every token is valid, so a command can have one. */
export class NoauthFirstRequest extends FirstRequest {
  constructor(private readonly endpoint: PublicEndpoint) {
    super();
  }

  override commandFor(request: Request): string {
    // The command is for a shell, and a proxy's prefix may contain a quotation mark.
    const base = this.endpoint.of(request).replaceAll("'", '%27');
    const headers = ['X-Auth-Token: admin:demo', `${VERSION_HEADER}: volume ${MAXIMUM.toString()}`];
    return `curl ${headers.map((header) => `-H '${header}'`).join(' ')} '${base}/v3/attachments'`;
  }
}
