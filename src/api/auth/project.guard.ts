import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { InvalidInput } from '../../platform/errors.js';
import { edgeOf } from '../http/edge.js';
import { callers } from './callers.js';

/** The project in the URL, if any, must be the token's, even for admins (docs/specification.md#paths). */
@Injectable()
export class ProjectGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { urlProjectId } = edgeOf(request);
    const caller = callers.find(request);
    if (urlProjectId !== undefined && caller !== undefined && urlProjectId !== caller.projectId) {
      throw new InvalidInput('Malformed request url');
    }
    return true;
  }
}
