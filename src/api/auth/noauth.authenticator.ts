import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PublicEndpoint } from '../http/public-endpoint.js';
import { type AuthenticationAnswer, Authenticator } from './authenticator.js';
import type { Identity } from './request-context.js';

const EVERY_ROLE: ReadonlySet<string> = new Set(['admin', 'member', 'reader']);

/** Longest user or project id that database rows can hold. */
const ID_LENGTH = 255;

/**
 * Cinder's noauth (docs/specification.md#identity): the token is the identity, `user:project` or one name for both, and
 * everyone is an admin. A request without a token gets one in the response. Any non-empty X-Service-Token counts as a
 * service token.
 */
@Injectable()
export class NoauthAuthenticator extends Authenticator {
  constructor(private readonly endpoint: PublicEndpoint) {
    super();
  }

  authenticate(request: Request): Identity | AuthenticationAnswer {
    const token = request.get('X-Auth-Token');
    if (token === undefined) return this.offerToken(request);
    const [user = '', project] = token.split(':');
    return {
      userId: user.slice(0, ID_LENGTH),
      projectId: (project === undefined || project === '' ? user : project).slice(0, ID_LENGTH),
      roles: EVERY_ROLE,
      isService: (request.get('X-Service-Token') ?? '') !== '',
    };
  }

  private offerToken(request: Request): AuthenticationAnswer {
    const user = request.get('X-Auth-User') ?? 'admin';
    const project = request.get('X-Auth-Project-Id') ?? 'admin';
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    return {
      status: 204,
      headers: {
        'X-Auth-Token': `${user}:${project}`,
        'X-Server-Management-Url': `${this.endpoint.of(request)}${path.replace(/\/$/, '')}`,
      },
    };
  }
}
