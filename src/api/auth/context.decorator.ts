import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { edgeOf } from '../http/edge.js';
import { callers } from './callers.js';
import { CallerToken } from './caller-token.js';
import { type RequestContext, requestContext } from './request-context.js';

/** Returns the context of an authenticated request. */
export function contextOf(request: Request): RequestContext {
  const { requestId } = edgeOf(request);
  return requestContext(callers.of(request), requestId, new CallerToken(request.get('X-Auth-Token') ?? ''));
}

/** The caller's context, as a handler's first argument. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext) =>
  contextOf(context.switchToHttp().getRequest<Request>()),
);
