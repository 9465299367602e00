import { isSecretKey, redactText, showsSecret } from '../../platform/logging/redact.js';
import type { JsonValue } from '../contract/index.js';

/** Shorter values also occur by chance. */
const SHORTEST = 8;

/** Longest part of a text in which credentials are looked for, in characters. */
const LONGEST_TEXT = 1_000_000;

/** Longest part of a text in which what looks like a credential is looked for; reports show less. */
const LONGEST_SHOWN = 100_000;

const DEEPEST = 8;

const MASK = '***';

/** Returns all strings under keys that suggest a secret, sorted. */
export function secretsIn(data: unknown, underSecret = false): string[] {
  if (typeof data === 'string') return underSecret ? [data] : [];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data)
    .flatMap(([key, child]: [string, unknown]) => secretsIn(child, underSecret || isSecretKey(key)))
    .sort();
}

/** Returns a copy without the values under keys that suggest a secret. */
export function withoutSecrets(data: unknown, level = 0): unknown {
  if (typeof data !== 'object' || data === null) return data;
  // What has cycles is no plain data; another test says so.
  if (level > DEEPEST) return '…';
  if (Array.isArray(data)) return data.map((item) => withoutSecrets(item, level + 1));
  const open = Object.entries(data).filter(([key]) => !isSecretKey(key));
  return Object.fromEntries(open.map(([key, value]) => [key, withoutSecrets(value, level + 1)]));
}

/** Returns a copy with each string under such a key replaced by another one of the same length and kinds of characters. */
export function withMarkedSecrets<T extends JsonValue>(data: T, underSecret = false): T {
  if (typeof data === 'string') return (underSecret ? marked(data) : data) as T;
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data))
    return data.map((item: JsonValue) => withMarkedSecrets(item, underSecret)) as never;
  const entries = Object.entries(data).map(([key, child]: [string, JsonValue]) => {
    // "CHAP" names a method, although its key may look like a secret's.
    const isSecret =
      underSecret || (isSecretKey(key) && !(typeof child === 'string' && child.length < SHORTEST));
    return [key, withMarkedSecrets(child, isSecret)];
  });
  return Object.fromEntries(entries) as T;
}

function marked(text: string): string {
  const shifted = (code: number, first: number, count: number, by: number) =>
    String.fromCharCode(first + ((code - first + by) % count));
  return [...text]
    .map((character, index) => {
      const code = character.charCodeAt(0);
      const by = 1 + (index % 3);
      if (/[0-9]/.test(character)) return shifted(code, 48, 10, by);
      // Digits in base 16 must stay such.
      if (/[a-f]/.test(character)) return shifted(code, 97, 6, by);
      if (/[g-z]/.test(character)) return shifted(code, 103, 20, by);
      if (/[A-F]/.test(character)) return shifted(code, 65, 6, by);
      if (/[G-Z]/.test(character)) return shifted(code, 71, 20, by);
      return character;
    })
    .join('');
}

/** Masks what looks like a credential, by the patterns of the server's log. */
export function maskedText(text: string): string {
  return redactText(text.slice(0, LONGEST_SHOWN));
}

/** Returns whether the text contains what looks like a credential, whether or not it is known. */
export function looksSecret(text: string): boolean {
  return showsSecret(text.slice(0, LONGEST_SHOWN));
}

/** The credentials that a driver has been given or has made: what must not be found elsewhere. */
export class KnownSecrets {
  /** Each secret and the forms in which it may be written. */
  private readonly forms = new Map<string, readonly string[]>();

  add(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length >= SHORTEST && !this.forms.has(secret)) this.forms.set(secret, formsOf(secret));
    }
  }

  /** Returns whether the text contains one of them, also encoded for JSON or a URL, in base 64 or in base 16. */
  areIn(text: string): boolean {
    const searched = text.slice(0, LONGEST_TEXT);
    return [...this.forms.values()].some((forms) => forms.some((form) => searched.includes(form)));
  }

  /** Also masks what only looks like a credential. */
  mask(text: string): string {
    const forms = [...this.forms.values()].flat().sort((one, other) => other.length - one.length);
    return maskedText(
      forms.reduce((masked, form) => masked.replaceAll(form, MASK), text.slice(0, LONGEST_TEXT)),
    );
  }
}

function formsOf(secret: string): readonly string[] {
  const inBase64 = [0, 1, 2].flatMap((offset) => base64At(offset, secret));
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    ...inBase64,
    ...inBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(forms)];
}

/** Returns the characters that are the same whatever stands before and after the secret, `offset` bytes after a group of three. */
function base64At(offset: number, secret: string): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const certain = Math.floor((bytes.length * 8) / 6);
  const form = bytes.toString('base64').slice(offset === 0 ? 0 : offset + 1, certain);
  return form.length < SHORTEST ? [] : [form];
}
