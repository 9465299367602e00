import { InvalidInput } from '../../platform/errors.js';

/** Longest part of the refused names that a message repeats. */
const SHOWN_LENGTH = 255;

/**
 * Checks the filter names of a list, for all lists from resource-filters on.
 * @param known names that the caller may filter by; null for an admin, who may use any.
 * @throws InvalidInput
 */
export function checkFilterNames(names: Iterable<string>, known: ReadonlySet<string> | null): void {
  const all = [...names];
  if (all.some((name) => /\P{ASCII}/u.test(name)))
    throw new InvalidInput('Filter keys can only contain ASCII characters.');
  // cinderclient sends all_tenants with every search by name, for any user.
  const unknown = all.filter((name) => known?.has(name) === false && name !== 'all_tenants');
  if (unknown.length === 0) return;
  throw new InvalidInput(
    `Invalid filters ${unknown.join(',').slice(0, SHOWN_LENGTH)} are found in query options.`,
  );
}
