import type { JsonValue } from '../contract/index.js';

/** A deep, frozen copy: a driver that changes its arguments fails at once. */
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
 * What is left of a value that is stored as JSON and read again. Not a structured clone: that one makes objects
 * of another realm under Jest, which no strict comparison takes for equal.
 */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Replaces every text inside plain data, as far as it can be written to. */
export function scribbleOver(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object') scribbleOver(child);
    else Reflect.set(value, key, 'scribbled over');
  }
}

const SECRET_KEY = /password|secret|keyring|token/i;

/** Every text that stands under a name which promises a secret, sorted. */
export function secretsIn(data: JsonValue, underSecret = false): string[] {
  if (typeof data === 'string') return underSecret ? [data] : [];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data)
    .flatMap(([key, child]: [string, JsonValue]) => secretsIn(child, underSecret || SECRET_KEY.test(key)))
    .sort();
}
