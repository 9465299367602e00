import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { edgeOf } from '../http/edge.js';
import { CallerToken } from './caller-token.js';
import { type RequestContext, requestContext } from './request-context.js';

/** Who sends a request that has passed authentication. */
export function contextOf(request: Request): RequestContext {
  const { identity, requestId } = edgeOf(request);
  if (identity === undefined) throw new Error('the request has not passed authentication');
  return requestContext(identity, requestId, new CallerToken(request.get('X-Auth-Token') ?? ''));
}

/** The caller, as a handler's first argument. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext) =>
  contextOf(context.switchToHttp().getRequest<Request>()),
);
