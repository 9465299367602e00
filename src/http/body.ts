import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { Request } from 'express';
import type { VersionTable } from '../microversion/version-table.js';
import { edgeOf } from './edge.js';
import { documentedSchema } from './documented-schema.js';
import type { JsonSchema } from './json-schema.js';

/** Schemas of a route's body by version. */
export type BodySchemas = VersionTable<JsonSchema>;

export const BODY_SCHEMAS = Symbol('BODY_SCHEMAS');
export const ACTION = Symbol('ACTION');

/** The route reads a JSON body that fits the schema of the request's version. Without it, a body is refused. */
export const AcceptsBody = (schemas: BodySchemas): MethodDecorator =>
  applyDecorators(
    SetMetadata(BODY_SCHEMAS, schemas),
    ApiBody({ required: true, schema: documentedSchema(schemas) }),
  );

/** The route reads a body whose one key is the name of this action; its value may be anything. */
export const AcceptsAction = (name: string): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACTION, name),
    ApiBody({
      required: true,
      schema: { type: 'object', required: [name], properties: { [name]: { description: 'Any value.' } } },
    }),
  );

/** The parsed and checked body. */
export const WireBody = createParamDecorator(
  (_: unknown, context: ExecutionContext) => edgeOf(context.switchToHttp().getRequest<Request>()).body,
);
