/** Maximum values of one key, and of all keys together, in a summary. */
export const MOST_VALUES_OF_KEY = 1000;
export const MOST_VALUES = 10_000;

/** The metadata values of many volumes, by key. */
export interface MetadataValues {
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** True if no value was left out. */
  readonly isWhole: boolean;
}

export interface ValueRow {
  readonly meta_key: string;
  readonly meta_value: string;
}

/** Collects values up to the limits. They must arrive ordered by key, equal ones next to each other. */
export class GatheredValues {
  private readonly byKey = new Map<string, string[]>();
  private readonly fullKeys = new Set<string>();
  private count = 0;
  private isFull = false;

  add(rows: readonly ValueRow[]): void {
    for (const { meta_key: key, meta_value: value } of rows) {
      const values = this.byKey.get(key) ?? [];
      if (values.at(-1) === value) continue;
      if (values.length === MOST_VALUES_OF_KEY) this.fullKeys.add(key);
      else if (this.count === MOST_VALUES) this.isFull = true;
      else {
        this.byKey.set(key, values);
        values.push(value);
        this.count += 1;
      }
    }
  }

  /** True if further values, of one key or of any, would be left out, as one already was. */
  hasEnough(key?: string): boolean {
    return this.isFull || (key !== undefined && this.fullKeys.has(key));
  }

  /** @param isEnd true if no more values would follow. */
  result(isEnd: boolean): MetadataValues {
    const isWhole = isEnd && !this.isFull && this.fullKeys.size === 0;
    return { values: Object.fromEntries(this.byKey), isWhole };
  }
}
