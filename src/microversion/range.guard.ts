import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { NotFound } from '../platform/errors.js';
import { FirstRequest } from './first-request.js';
import { type MicroversionRange, RANGE, requestedVersion, UNVERSIONED } from './microversion.decorators.js';
import { versionOf } from './microversion.js';
import { VERSION_HEADER } from './negotiation.js';

/**
 * Hides a route from versions outside its range: 404, as for an unknown route, with the needed version in the message.
 * Separate from the negotiation because Cinder checks the body and the URL's project in between
 * (docs/specification.md#order-of-checks).
 */
@Injectable()
export class RangeGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly firstRequest: FirstRequest,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    if (this.reflector.getAllAndOverride<boolean>(UNVERSIONED, [handler, context.getClass()])) return true;
    const range = this.reflector.get<MicroversionRange | undefined>(RANGE, handler);
    if (range === undefined) throw new Error(`${context.getClass().name}.${handler.name} has no @Since`);
    const request = context.switchToHttp().getRequest<Request>();
    const version = requestedVersion(request);
    if (!version.has(range.since)) {
      const needed = versionOf(range.since).toString();
      const text = `The resource could not be found. It requires microversion ${needed}; the request uses ${version.toString()}. Send the header "${VERSION_HEADER}: volume ${needed}" or a later one.`;
      const command = request.get(VERSION_HEADER) === undefined ? this.firstRequest.commandFor(request) : '';
      throw new NotFound(command === '' ? text : `${text} For example: ${command}`);
    }
    if (range.before !== undefined && version.has(range.before)) {
      throw new NotFound(
        `The resource could not be found. It only exists before microversion ${versionOf(range.before).toString()}; the request uses ${version.toString()}.`,
      );
    }
    return true;
  }
}
