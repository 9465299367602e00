/** What may come next in a JSON text. */
type Expected = 'value' | 'item or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

interface Token {
  /** The character itself, or what the characters make. */
  readonly kind: '[' | ']' | '{' | '}' | ':' | ',' | 'string' | 'scalar';
  readonly end: number;
}

const SPACE = /[\t\n\r ]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const FIRST_PRINTABLE = 0x20;

/**
 * Describes where a text stops being JSON: what was not expected there, its line and its column in UTF-16 units, both
 * from 1. The errors of JSON.parse differ between versions of Node.js, and many have no position.
 * @returns undefined if the text is JSON.
 */
export function unexpectedIn(text: string): string | undefined {
  const offset = offsetOfError(text);
  if (offset === undefined) return undefined;
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const what = offset === text.length ? 'end' : JSON.stringify(character);
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `unexpected ${what} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

/** Does not call itself, however deep the text is nested. */
function offsetOfError(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = endOf(SPACE, text, 0); at < text.length; at = endOf(SPACE, text, at)) {
    const token = tokenAt(text, at);
    if (typeof token === 'number') return token;
    const next = afterToken(token, expected, open);
    if (next === undefined) return at;
    expected = next;
    at = token.end;
  }
  return expected === 'nothing' ? undefined : text.length;
}

/** Returns what may follow a token; undefined if the token may not be there. Keeps account of what is open. */
function afterToken({ kind }: Token, expected: Expected, open: string[]): Expected | undefined {
  const isValueExpected = expected === 'value' || expected === 'item or end';
  switch (kind) {
    case '[':
    case '{':
      if (!isValueExpected) return undefined;
      open.push(kind);
      return kind === '[' ? 'item or end' : 'key or end';
    case ']':
    case '}': {
      const isEmpty = expected === (kind === ']' ? 'item or end' : 'key or end');
      if (!isEmpty && expected !== 'comma or end') return undefined;
      if (open.pop() !== (kind === ']' ? '[' : '{')) return undefined;
      return afterValue(open);
    }
    case ',':
      if (expected !== 'comma or end') return undefined;
      return open.at(-1) === '[' ? 'value' : 'key';
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    case 'string':
      if (expected === 'key' || expected === 'key or end') return 'colon';
      return isValueExpected ? afterValue(open) : undefined;
    case 'scalar':
      return isValueExpected ? afterValue(open) : undefined;
  }
}

const afterValue = (open: readonly string[]): Expected => (open.length === 0 ? 'nothing' : 'comma or end');

/** Returns the token that begins at an offset, or the offset of the character that spoils it. */
function tokenAt(text: string, at: number): Token | number {
  const character = text[at];
  switch (character) {
    case '[':
    case ']':
    case '{':
    case '}':
    case ':':
    case ',':
      return { kind: character, end: at + 1 };
    case '"':
      return stringAt(text, at);
  }
  const end = endOf(SCALAR, text, at);
  return end === at ? at : { kind: 'scalar', end };
}

function stringAt(text: string, start: number): Token | number {
  let at = start + 1;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') return { kind: 'string', end: at + 1 };
    if (text.charCodeAt(at) < FIRST_PRINTABLE) return at;
    const end = character === '\\' ? endOf(ESCAPE, text, at) : at + 1;
    if (end === at) return at;
    at = end;
  }
  return text.length;
}

/** Returns where a match that begins at an offset ends; the offset itself if there is none. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
