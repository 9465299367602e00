import type { ValueTransformer } from 'typeorm';
import { SealedText } from './secrets/sealed-text.js';

/**
 * A JSON object as a column stores it; only its readers know the shape. (TypeORM's types do not terminate on a
 * recursive type.)
 */
export type StoredJson = object;

/** Stores a JSON object as text, identically on every database, unlike `simple-json` and `jsonb`. */
export const jsonColumn: ValueTransformer = {
  to: (value: StoredJson | null | undefined) =>
    value == null ? value : value instanceof SealedText ? value.text : JSON.stringify(value),
  from: (text: string | null) => parseJsonColumn(text),
};

/** Parses a JSON text column of a row read without an entity; an encrypted value stays sealed. */
export function parseJsonColumn(text: string | null): StoredJson | null {
  if (text === null) return null;
  return SealedText.isSealed(text) ? new SealedText(text) : (JSON.parse(text) as StoredJson);
}
