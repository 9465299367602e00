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
export const ACTIONS = Symbol('ACTIONS');

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

/** What the body of one action may be, and an example of one. */
export interface ActionBody {
  readonly schemas: BodySchemas;
  readonly example: object;
}

/** Bodies of a route that does several things, by the actions' names. */
export type ActionBodies = Readonly<Record<string, ActionBody>>;

/** The route reads a body whose one key is the name of one of these actions, and which fits that action's schema. */
export const AcceptsActions = (actions: ActionBodies): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACTIONS, actions),
    ApiBody({
      required: true,
      schema: { oneOf: Object.values(actions).map(({ schemas }) => documentedSchema(schemas)) },
      examples: Object.fromEntries(
        Object.entries(actions).map(([name, { example }]) => [name, { value: example }]),
      ),
    }),
  );

/** The action that a body of {@link AcceptsActions} names, once it has passed the body guard. */
export function namedAction(body: unknown): string {
  const [name] = Object.keys(body as object);
  if (name === undefined) throw new Error('the body has not passed the body guard');
  return name;
}

/** The parsed and checked body. */
export const WireBody = createParamDecorator(
  (_: unknown, context: ExecutionContext) => edgeOf(context.switchToHttp().getRequest<Request>()).body,
);
