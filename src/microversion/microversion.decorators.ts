import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { Feature } from './history.js';
import type { Microversion } from './microversion.js';
import { negotiated } from './negotiated.js';

export const RANGE = Symbol('MICROVERSION_RANGE');
export const UNVERSIONED = Symbol('UNVERSIONED');

/** Versions in which a route exists: from one feature on, and before another one that removed it. */
export interface MicroversionRange {
  readonly since: Feature;
  readonly before?: Feature;
}

/** The route exists since the version of this feature. Required on every versioned route. */
export const Since = (since: Feature, before?: Feature): MethodDecorator =>
  SetMetadata(RANGE, { since, ...(before === undefined ? {} : { before }) } satisfies MicroversionRange);

/** Excludes a route or controller from the versioned API: no negotiation, no version headers. */
export const Unversioned = (): ClassDecorator & MethodDecorator => SetMetadata(UNVERSIONED, true);

/** Returns the negotiated version of a request. */
export const requestedVersion = (request: Request): Microversion => negotiated.of(request);

/** The negotiated version as a handler's argument; for views only. */
export const RequestedVersion = createParamDecorator((_: unknown, context: ExecutionContext) =>
  requestedVersion(context.switchToHttp().getRequest<Request>()),
);
