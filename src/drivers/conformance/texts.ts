/** Deepest level at which a value is searched: of causes, of errors in errors, of properties. */
const DEEPEST = 8;

/** Most texts taken from one value. */
const MOST_TEXTS = 1_000;

/**
 * Returns every text in a value that who logs it would show. Of errors these are message, stack, causes, the errors of an
 * AggregateError, and its own properties, such as the request of an HTTP client's error.
 */
export function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  const seen = new Set<object>();
  const collect = (part: unknown, level: number): void => {
    if (texts.length >= MOST_TEXTS) return;
    if (typeof part === 'string') texts.push(part);
    if (typeof part !== 'object' || part === null || seen.has(part) || level > DEEPEST) return;
    seen.add(part);
    // An error's message, stack and cause are properties of its own, but not enumerable.
    const keys = part instanceof Error ? Reflect.ownKeys(part) : Object.keys(part);
    for (const key of keys) collect(propertyOf(part, key), level + 1);
  };
  collect(value, 0);
  return texts;
}

function propertyOf(object: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(object, key);
  } catch {
    return undefined;
  }
}
