import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { UNVERSIONED } from './microversion.decorators.js';
import { negotiate, VERSION_HEADER, VersionOutOfRange } from './negotiation.js';
import type { Microversion } from './microversion.js';
import { negotiated } from './negotiated.js';

/** Negotiates a request's version (400, 406) and sets the version headers of the response, whatever its status. */
@Injectable()
export class MicroversionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(UNVERSIONED, [context.getHandler(), context.getClass()]))
      return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    try {
      const version = negotiate(request.get(VERSION_HEADER));
      negotiated.fill(request, version);
      nameVersion(response, version);
    } catch (refusal) {
      if (refusal instanceof VersionOutOfRange && refusal.requested.major >= 3)
        nameVersion(response, refusal.requested);
      throw refusal;
    }
    return true;
  }
}

function nameVersion(response: Response, version: Microversion): void {
  response.setHeader(VERSION_HEADER, `volume ${version.toString()}`);
  response.setHeader('Vary', VERSION_HEADER);
}
