type Scalar = string | number | boolean | null;

/** A quoted string, number, word or punctuation mark, with surrounding whitespace. */
const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(-?\d{1,15}(?:\.\d{1,15})?)(?![\w.])|([A-Za-z]+)|([[\](){},:]))\s*/y;

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);

interface Token {
  readonly mark?: string;
  readonly scalar?: Scalar;
}

/**
 * Parses a dictionary in Python or JSON syntax; null when the text is none. Clients send the metadata filter as
 * `{'color': 'red'}` or `{"color": "red"}`. Values other than strings are converted to text.
 */
export function parseDictionary(text: string): ReadonlyMap<string, string> | null {
  const items = between(tokens(text), '{', '}');
  if (items === null) return null;
  const entries = new Map<string, string>();
  for (let index = 0; index < items.length; index += 4) {
    const [key, colon, value, comma] = items.slice(index, index + 4);
    if (key?.scalar === undefined || colon?.mark !== ':' || value?.scalar === undefined) return null;
    if (comma !== undefined && comma.mark !== ',') return null;
    entries.set(String(key.scalar), String(value.scalar));
  }
  return entries;
}

/** Parses a list or tuple in Python syntax; null when the text is none. */
export function parseList(text: string): readonly string[] | null {
  const all = tokens(text);
  const items = between(all, '[', ']') ?? between(all, '(', ')');
  if (items === null) return null;
  const values: string[] = [];
  for (let index = 0; index < items.length; index += 2) {
    const [value, comma] = items.slice(index, index + 2);
    if (value?.scalar === undefined || (comma !== undefined && comma.mark !== ',')) return null;
    values.push(String(value.scalar));
  }
  return values;
}

function between(all: readonly Token[] | null, open: string, close: string): readonly Token[] | null {
  if (all === null || all[0]?.mark !== open || all.length < 2 || all.at(-1)?.mark !== close) return null;
  return all.slice(1, -1);
}

function tokens(text: string): readonly Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, quoted, number, word, mark] = TOKEN.exec(text) ?? [];
    if (mark !== undefined) found.push({ mark });
    else if (number !== undefined) found.push({ scalar: Number(number) });
    else {
      const scalar = quoted === undefined ? WORDS.get(word ?? '') : unquote(quoted);
      // No database stores NUL, and not every one accepts it as a parameter.
      if (scalar === undefined || (typeof scalar === 'string' && scalar.includes('\u0000'))) return null;
      found.push({ scalar });
    }
  }
  return found;
}

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2})|(.))/g,
      (_, four?: string, two?: string, other?: string) => {
        const code = four ?? two;
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
        return { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[other ?? ''] ?? other ?? '';
      },
    );
}
