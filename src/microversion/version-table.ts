import type { Feature } from './history.js';
import { Microversion, MINIMUM, versionOf } from './microversion.js';

/**
 * Values by version: each is valid from its feature until the next row's. Rows are `[feature, value]`, oldest first,
 * beginning with `base` or the feature that the whole table belongs to.
 */
export class VersionTable<T> {
  private readonly rows: readonly { readonly from: Microversion; readonly value: T }[];

  constructor(...rows: readonly [first: readonly [Feature, T], ...more: (readonly [Feature, T])[]]) {
    this.rows = rows.map(([feature, value]) => ({ from: versionOf(feature), value }));
    this.rows.forEach(({ from }, index) => {
      const before = this.rows[index - 1];
      if (before !== undefined && before.from.compare(from) >= 0) {
        throw new Error(`version table: ${from.toString()} does not follow ${before.from.toString()}`);
      }
    });
  }

  /** Returns the value at a version; the oldest one for versions before the table. */
  at(version: Microversion): T {
    const found = this.rows.findLast(({ from }) => from.compare(version) <= 0) ?? this.rows[0];
    if (found === undefined) throw new Error('a version table has at least one row');
    return found.value;
  }

  /** The newest value. */
  get latest(): T {
    return this.at(this.rows.at(-1)?.from ?? MINIMUM);
  }

  /** Returns each value with its first version. */
  entries(): readonly (readonly [Microversion, T])[] {
    return this.rows.map(({ from, value }) => [from, value]);
  }
}
