import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { requestedVersion } from '../../microversion/microversion.decorators.js';
import { type ActionBodies, ACTIONS, BODY_SCHEMAS, type BodySchemas, namedAction } from './body.js';
import { edgeOf } from './edge.js';
import { checkSchema } from './json-schema.js';

/** Validates the body against the schema of the request's version (400). */
@Injectable()
export class SchemaGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { body } = edgeOf(request);
    const schemas = this.schemasFor(context, body);
    if (schemas !== undefined) checkSchema(schemas.at(requestedVersion(request)), body);
    return true;
  }

  private schemasFor(context: ExecutionContext, body: unknown): BodySchemas | undefined {
    const handler = context.getHandler();
    const actions = this.reflector.get<ActionBodies | undefined>(ACTIONS, handler);
    if (actions !== undefined) return actions[namedAction(body)]?.schemas;
    return this.reflector.get<BodySchemas | undefined>(BODY_SCHEMAS, handler);
  }
}
