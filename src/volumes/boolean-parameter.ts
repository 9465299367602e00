import { InvalidInput } from '../common/errors.js';

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** The boolean that a text means, or null when it means none. */
export function parseBoolean(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : null;
}

/** The value of a boolean parameter; absent means no. @throws InvalidInput when it is no boolean. */
export function booleanParameter(name: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const value = parseBoolean(text);
  if (value === null) throw new InvalidInput(`Value '${text}' for '${name}' is not a boolean.`);
  return value;
}
