const STRING = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*/sy;

const CONTROL: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * The pairs in a text such as `{'a': 'b'}` or `{"a": "b"}`, or null when it is something else. The Python clients
 * write a filter's dictionary as Python prints it, other clients as JSON; keys and values that are texts look
 * alike enough in both.
 */
export function parseDictionary(text: string): ReadonlyMap<string, string> | null {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inner === undefined) return null;
  const pairs = new Map<string, string>();
  if (inner.trim() === '') return pairs;
  let position = 0;
  const readString = (): string | null => {
    STRING.lastIndex = position;
    const match = STRING.exec(inner);
    if (match === null) return null;
    position = STRING.lastIndex;
    return unescape(match[1] ?? match[2] ?? '');
  };
  const readMark = (mark: string): boolean => inner[position++] === mark;
  do {
    const key = readString();
    if (key === null || !readMark(':')) return null;
    const value = readString();
    if (value === null) return null;
    pairs.set(key, value);
    if (position === inner.length) return pairs;
  } while (readMark(','));
  return null;
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, (_, wide, narrow, single) => {
    const code = (wide ?? narrow) as string | undefined;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return CONTROL[single as string] ?? (single as string);
  });
}
