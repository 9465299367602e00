import type { Feature } from './history.js';
import { Microversion, MINIMUM, versionOf } from './microversion.js';

/**
 * Values that change with the version: each holds from its feature on, until the next one's. Made of
 * `[feature, value]` rows, oldest first, beginning with `base` or with the feature that the whole table belongs to.
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

  /** The value in force at a version; the oldest one for versions before the table. */
  at(version: Microversion): T {
    const found = this.rows.findLast(({ from }) => from.compare(version) <= 0) ?? this.rows[0];
    if (found === undefined) throw new Error('a version table has at least one row');
    return found.value;
  }

  /** The newest value. */
  get latest(): T {
    return this.at(this.rows.at(-1)?.from ?? MINIMUM);
  }

  /** Each value with the version that it begins at. */
  entries(): readonly (readonly [Microversion, T])[] {
    return this.rows.map(({ from, value }) => [from, value]);
  }
}
