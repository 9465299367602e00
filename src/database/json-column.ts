import type { ValueTransformer } from 'typeorm';
import type { JsonObject } from '../drivers/contract/index.js';

/** Keeps a JSON object as text; the same on every database, which `simple-json` and `jsonb` are not. */
export const jsonColumn: ValueTransformer = {
  to: (value: JsonObject | null | undefined) => (value == null ? value : JSON.stringify(value)),
  from: (text: string | null) => parseJsonColumn(text),
};

/** The object in a JSON text column, for rows that were read without an entity. */
export function parseJsonColumn(text: string | null): JsonObject | null {
  return text === null ? null : (JSON.parse(text) as JsonObject);
}
