import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  ApiBody,
  ApiExcludeEndpoint,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { POLICY_RULE } from '../auth/policy.guard.js';
import { ACTION, ACTIONS, type ActionBodies, BODY_SCHEMAS, type BodySchemas } from '../http/body.js';
import { documentedSchema } from '../http/documented-schema.js';
import { MAXIMUM, versionOf } from '../../microversion/microversion.js';
import { type MicroversionRange, RANGE } from '../../microversion/microversion.decorators.js';
import { OPERATION_DOC, type OperationDoc } from './describes.js';

const told = new WeakSet<object>();

/** Passes the information of the routes' own decorators to @nestjs/swagger. The server itself runs without it. */
export function decorateRoutes(app: INestApplication): void {
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values())
      decorateController((metatype as { prototype: object }).prototype);
  }
}

function decorateController(prototype: object): void {
  if (told.has(prototype)) return;
  told.add(prototype);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor' || typeof descriptor.value !== 'function') continue;
    for (const decorate of decoratorsOf(descriptor.value as object)) decorate(prototype, name, descriptor);
  }
}

function* decoratorsOf(handler: object): Generator<MethodDecorator> {
  const read = (key: symbol): unknown => Reflect.getMetadata(key, handler);
  const doc = read(OPERATION_DOC) as OperationDoc | undefined;
  if (doc === undefined) {
    yield ApiExcludeEndpoint();
    return;
  }
  for (const header of doc.headers ?? []) yield ApiHeader(header);
  yield* operationDecorators(doc);
  yield* bodyDecorators(
    read(BODY_SCHEMAS) as BodySchemas | undefined,
    read(ACTION) as string | undefined,
    read(ACTIONS) as ActionBodies | undefined,
  );
  const rule = read(POLICY_RULE);
  if (rule !== undefined) yield ApiExtension('x-openstack-policy', rule);
  const range = read(RANGE) as MicroversionRange | undefined;
  if (range !== undefined) yield ApiExtension('x-openstack-microversion', rangeOf(range));
}

function* operationDecorators(doc: OperationDoc): Generator<MethodDecorator> {
  yield ApiTags(doc.tag);
  yield ApiOperation({ operationId: doc.id, summary: doc.summary, description: doc.description });
  for (const { status, description, schema, mediaType = 'application/json' } of [
    doc.success,
    ...(doc.also ?? []),
  ]) {
    yield ApiResponse({
      status,
      description,
      ...(schema === undefined ? {} : { content: { [mediaType]: { schema } } }),
    });
  }
  for (const query of doc.query ?? []) yield ApiQuery({ ...query, required: false });
  yield ApiExtension('x-clinker-doc', doc);
}

function* bodyDecorators(
  schemas: BodySchemas | undefined,
  action: string | undefined,
  actions: ActionBodies | undefined,
): Generator<MethodDecorator> {
  if (schemas !== undefined) yield ApiBody({ required: true, schema: documentedSchema(schemas) });
  if (action !== undefined) {
    yield ApiBody({
      required: true,
      schema: { type: 'object', required: [action], properties: { [action]: { description: 'Any value.' } } },
    });
  }
  if (actions !== undefined) {
    yield ApiBody({
      required: true,
      schema: { oneOf: Object.values(actions).map((one) => documentedSchema(one.schemas)) },
      examples: Object.fromEntries(
        Object.entries(actions).map(([name, { example }]) => [name, { value: example }]),
      ),
    });
  }
}

function rangeOf({ since, before }: MicroversionRange): object {
  return {
    min: versionOf(since).toString(),
    max: before === undefined ? MAXIMUM.toString() : `before ${versionOf(before).toString()}`,
  };
}
