import { InvalidInput } from '../../platform/errors.js';
import type { Query } from '../../api/http/list-query.js';

/** The value of a query parameter; as in Cinder, the last one if repeated. @throws InvalidInput */
export function queryValue(query: Query, name: string): string | undefined {
  const value = [query[name]].flat().at(-1);
  if (value?.includes('\u0000') === true) {
    throw new InvalidInput('Invalid input received: a parameter contains a NUL character.');
  }
  return value;
}
