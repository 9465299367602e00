import type { JsonSchema } from '../http/json-schema.js';
import { named } from './named-schemas.js';

/** A text with its meaning. */
export const text = (description: string): JsonSchema => ({ type: 'string', description });

/** A text that may be null. */
export const textOrNull = (description: string): JsonSchema => ({ type: ['string', 'null'], description });

export const flag = (description: string): JsonSchema => ({ type: 'boolean', description });

export const count = (description: string): JsonSchema => ({ type: 'integer', description });

/** A key of Cinder's that never has a value. */
export const nothing = (description: string): JsonSchema => ({
  type: 'null',
  description: `Always null: ${description}.`,
});

/** Format of times in responses. */
export const TIME = 'UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`';

/** The links of a response: to the next page, or to a resource itself. */
export const links = (rels: readonly string[], description: string): JsonSchema => ({
  type: 'array',
  description,
  items: {
    type: 'object',
    properties: {
      rel: { enum: rels, type: 'string', description: 'What the link leads to.' },
      href: text('The address.'),
    },
  },
});

/** The link to the next page of a list. */
export const nextLinks: JsonSchema = links(['next'], 'Link to the next page if this one is full.');

/** An object with one key, as most bodies are. */
export const only = (key: string, schema: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { [key]: schema },
  required: [key],
});

/** A page of a list. */
export const page = (
  name: string,
  key: string,
  items: JsonSchema,
  more: Record<string, JsonSchema>,
): JsonSchema =>
  named(name, {
    type: 'object',
    properties: { [key]: { type: 'array', items, description: 'The rows of the page.' }, ...more },
    required: [key],
  });
