import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Request } from 'express';
import { edgeOf } from '../http/edge.js';
import type { Feature } from './history.js';
import { MAXIMUM, type Microversion, versionOf } from './microversion.js';

export const RANGE = Symbol('MICROVERSION_RANGE');
export const UNVERSIONED = Symbol('UNVERSIONED');

/** The versions in which a route exists: from one feature on, and before another where it was withdrawn. */
export interface MicroversionRange {
  readonly since: Feature;
  readonly before?: Feature;
}

/** The route exists from the version on that brought this feature. Every versioned route says so. */
export const Since = (since: Feature, before?: Feature): MethodDecorator =>
  applyDecorators(
    SetMetadata(RANGE, { since, ...(before === undefined ? {} : { before }) } satisfies MicroversionRange),
    ApiExtension('x-openstack-microversion', {
      min: versionOf(since).toString(),
      max: before === undefined ? MAXIMUM.toString() : `before ${versionOf(before).toString()}`,
    }),
  );

/** The route or controller is outside the versioned API: no negotiation, no version headers. */
export const Unversioned = (): ClassDecorator & MethodDecorator => SetMetadata(UNVERSIONED, true);

/** The version that was negotiated for a request. */
export function requestedVersion(request: Request): Microversion {
  const { version } = edgeOf(request);
  if (version === undefined) throw new Error('the request has not passed the microversion guard');
  return version;
}

/** The version that was negotiated, as a handler's argument; for views only. */
export const RequestedVersion = createParamDecorator((_: unknown, context: ExecutionContext) =>
  requestedVersion(context.switchToHttp().getRequest<Request>()),
);
