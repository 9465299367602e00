import type { JsonObject, JsonValue } from '../contract/index.js';
import { textsIn } from './texts.js';

/** Returns whether the schema marks this property as secret: by `writeOnly: true`, or by `format: password`. */
export function isMarked(schema: JsonObject, key: string): boolean {
  const { writeOnly, format } = propertyOf(schema, key);
  return writeOnly === true || format === 'password';
}

/** Returns all texts among the options that the schema marks as secret in its `properties`, at every depth. */
export function markedSecretsIn(schema: JsonObject, options: JsonObject): string[] {
  return Object.entries(options).flatMap(([key, value]: [string, JsonValue]) => {
    if (isMarked(schema, key)) return textsIn(value);
    return isObject(value) ? markedSecretsIn(propertyOf(schema, key), value) : [];
  });
}

function propertyOf({ properties }: JsonObject, key: string): JsonObject {
  const property = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return isObject(property) ? property : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
