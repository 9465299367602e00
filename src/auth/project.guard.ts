import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { InvalidInput } from '../common/errors.js';
import { edgeOf } from '../http/edge.js';

/** The project in the URL, where there is one, must be the token's; for admins too (SPEC 2.1). */
@Injectable()
export class ProjectGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { urlProjectId, identity } = edgeOf(context.switchToHttp().getRequest<Request>());
    if (urlProjectId !== undefined && identity !== undefined && urlProjectId !== identity.projectId) {
      throw new InvalidInput('Malformed request url');
    }
    return true;
  }
}
