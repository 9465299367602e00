import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { requestedVersion } from '../microversion/microversion.decorators.js';
import { BODY_SCHEMAS, type BodySchemas } from './body.js';
import { edgeOf } from './edge.js';
import { checkSchema } from './json-schema.js';

/** Checks the body against the schema of the request's version (400). */
@Injectable()
export class SchemaGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const schemas = this.reflector.get<BodySchemas | undefined>(BODY_SCHEMAS, context.getHandler());
    if (schemas === undefined) return true;
    const request = context.switchToHttp().getRequest<Request>();
    checkSchema(schemas.at(requestedVersion(request)), edgeOf(request).body);
    return true;
  }
}
