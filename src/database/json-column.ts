import type { ValueTransformer } from 'typeorm';
import { SealedText } from './secrets/sealed-text.js';

/** A JSON object as a column holds it; what is in it only its readers know. (TypeORM's types do not end on a recursive one.) */
export type StoredJson = object;

/** Keeps a JSON object as text; the same on every database, which `simple-json` and `jsonb` are not. */
export const jsonColumn: ValueTransformer = {
  to: (value: StoredJson | null | undefined) =>
    value == null ? value : value instanceof SealedText ? value.text : JSON.stringify(value),
  from: (text: string | null) => parseJsonColumn(text),
};

/** The object in a JSON text column, for rows that were read without an entity; an encrypted one still closed. */
export function parseJsonColumn(text: string | null): StoredJson | null {
  if (text === null) return null;
  return SealedText.isSealed(text) ? new SealedText(text) : (JSON.parse(text) as StoredJson);
}
