import { InvalidInput } from '../../platform/errors.js';

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** Parses a boolean; null when the text is not one. */
export function parseBoolean(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : null;
}

/** Parses a boolean parameter; absent means false. @throws InvalidInput when it is not a boolean. */
export function booleanParameter(name: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const value = parseBoolean(text);
  if (value === null) throw new InvalidInput(`Value '${text}' for '${name}' is not a boolean.`);
  return value;
}
