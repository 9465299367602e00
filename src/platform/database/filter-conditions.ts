import { InvalidInput } from '../errors.js';
import type { Condition } from './page.js';
import type { SqlValue } from './reader.js';

/** Maximum number of values in one filter; databases limit the parameters of a statement. */
const MOST_VALUES = 1000;

/** Longest substring to search for; SQLite limits patterns. */
const LONGEST_PART = 1000;

/** Condition that a column has one of the values; null without values. @throws InvalidInput for too many values. */
export function among(column: string, values: readonly SqlValue[]): Condition | null {
  if (values.length === 0) return null;
  if (values.length > MOST_VALUES)
    throw new InvalidInput(`Invalid input received: a filter has more than ${MOST_VALUES} values.`);
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, parameters: values };
}

/** Condition that a column contains a text; case sensitivity is the database's. @throws InvalidInput for a long text. */
export function contains(column: string, text: string): Condition {
  if (text.length > LONGEST_PART)
    throw new InvalidInput(
      `Invalid input received: a filter has a value of more than ${LONGEST_PART} characters.`,
    );
  const literal = text.replace(/[!%_]/g, (mark) => `!${mark}`);
  return { sql: `${column} LIKE ? ESCAPE '!'`, parameters: [`%${literal}%`] };
}
