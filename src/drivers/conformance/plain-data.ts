/** Returns a deep, frozen copy. A driver that changes its arguments fails at once. */
export function frozen<T>(value: T): T {
  return freezeDeeply(copyOf(value));
}

function freezeDeeply<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freezeDeeply(child);
    Object.freeze(value);
  }
  return value;
}

/**
 * Returns a value as stored as JSON and read again. Not a structured clone: under Jest its objects come from another
 * realm, so strict comparisons fail.
 */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Overwrites every value inside plain data that is writable. */
export function scribbleOver(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object') scribbleOver(child);
    else Reflect.set(value, key, 'scribbled over');
  }
}
