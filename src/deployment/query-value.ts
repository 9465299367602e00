import { InvalidInput } from '../common/errors.js';
import type { Query } from '../http/list-query.js';

/** The value of a query parameter; the last one, as Cinder reads it, when there are several. @throws InvalidInput */
export function queryValue(query: Query, name: string): string | undefined {
  const value = [query[name]].flat().at(-1);
  if (value?.includes('\u0000') === true) {
    throw new InvalidInput('Invalid input received: a parameter contains a NUL character.');
  }
  return value;
}
