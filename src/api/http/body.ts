import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { VersionTable } from '../../microversion/version-table.js';
import { edgeOf } from './edge.js';
import type { JsonSchema } from './json-schema.js';

/** Schemas of a route's body by version. */
export type BodySchemas = VersionTable<JsonSchema>;

export const BODY_SCHEMAS = Symbol('BODY_SCHEMAS');
export const ACTION = Symbol('ACTION');
export const ACTIONS = Symbol('ACTIONS');

/** The route reads a JSON body that matches the schema of the request's version. Without it, a body is refused. */
export const AcceptsBody = (schemas: BodySchemas): MethodDecorator => SetMetadata(BODY_SCHEMAS, schemas);

/** The route reads a body whose only key is this action's name; the value may be anything. */
export const AcceptsAction = (name: string): MethodDecorator => SetMetadata(ACTION, name);

/** Schemas and an example of one action's body. */
export interface ActionBody {
  readonly schemas: BodySchemas;
  readonly example: object;
}

/** Bodies of a route with several actions, by action name. */
export type ActionBodies = Readonly<Record<string, ActionBody>>;

/** The route reads a body whose only key is the name of one of these actions, and which matches that action's schema. */
export const AcceptsActions = (actions: ActionBodies): MethodDecorator => SetMetadata(ACTIONS, actions);

/** Returns the action named in a body of {@link AcceptsActions} that has passed the body guard. */
export function namedAction(body: unknown): string {
  const [name] = Object.keys(body as object);
  if (name === undefined) throw new Error('the body has not passed the body guard');
  return name;
}

/** The parsed and checked body. */
export const WireBody = createParamDecorator(
  (_: unknown, context: ExecutionContext) => edgeOf(context.switchToHttp().getRequest<Request>()).body,
);
