/** This file imports nothing: the conformance kit for drivers, which is published without the server, uses it too. */

/** Replacement of a secret. */
const MASK = '***';

/** Key names of credentials. User names are not secrets: operators need them to tell accounts apart. */
const SECRET_KEY =
  /password|passwd|passphrase|secret|token|keyring|credential|(?:^|[_-])pass$|adminpass|api_?key|access_?key|private_?key|psk|^authorization$/i;

/** `password=…`, `"auth_password": "…"`, `token: …` inside a text; the repetition is bounded to stay linear. */
const ASSIGNED =
  /([\w-]{0,40}(?:password|passwd|passphrase|secret|token|keyring)[\w-]{0,20}\\?["']?\s{0,3}[=:]\s{0,3})("[^"]*"|'[^']*'|[^\s,;&)}\]]+)/gi;
/** `--password …` on a command line. */
const FLAGGED = /(\s--?[\w-]{0,40}(?:password|passwd|passphrase|secret|token|keyring)\s+)(\S+)/gi;
/** `//user:password@host`. */
const IN_URL = /(\/\/[^\s/:@]{1,100}:)[^\s/@]+@/g;

/** Keystone's tokens, also without a name before them. */
const FERNET = /\bgAAAA[\w=-]{20,}/g;
/** Credentials of HTTP. */
const AUTHORIZATION = /(\b(?:basic|bearer)\s)[\w.~+/=-]{8,}/gi;

/** What looks like a secret, after a first group that is kept. */
const PATTERNS = [ASSIGNED, FLAGGED, IN_URL, FERNET, AUTHORIZATION];

/** What stands for a value that is absent, or that somebody has masked. */
const NO_VALUE =
  /^\W{0,3}(?:null|undefined|none|nil|true|false|\d+(?:\.\d+)?|redacted|hidden|masked|removed|omitted|filtered|x+)?\W{0,3}$/i;

/** Names of what is about a credential: its file, its life time. */
const ABOUT_ONE = /(?:file|path|folder|name|type|ttl|age|length|count|expir\w*)\\?["']?\s*[=:]\s*$/i;

/** In a sentence, `token: …` is followed by words: a credential has letters and digits. */
const TOKEN_LIKE = /^(?=.*\d)(?=.*[a-z])[\w+/=.~-]{8,}$/i;

/** Shorter values are not credentials, and masking them would garble every text that contains them. */
const MIN_SECRET_LENGTH = 4;

/** Maximum depth of log data; deeper levels are omitted. */
const MAX_DEPTH = 32;

/**
 * Returns a copy of `value` fit for a log: values of secret-looking keys become `***` at every depth. Errors become `{
 * type, message, stack }`. `value` itself is not changed.
 */
export function redactSecrets(value: unknown): unknown {
  return redactAt(value, 0);
}

/** As {@link redactSecrets}, and masks what looks like a secret inside of texts, and all `secrets`. */
export function redactDeep(value: unknown, secrets: Iterable<string> = []): unknown {
  const known = [...secrets];
  return mapTexts(redactSecrets(value), (text) => redactText(text, known));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redactAt(item, depth + 1));
  if (value instanceof Error) {
    return { type: value.name, message: redactText(value.message), stack: redactText(value.stack ?? '') };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) && !isBlank(item) ? MASK : redactAt(item, depth + 1),
    ]),
  );
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** Returns whether a key names a credential. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** Returns every string inside `value` under a secret-looking key. */
export function collectSecrets(value: unknown): string[] {
  const found = new Set<string>();
  const pending: { value: unknown; secret: boolean }[] = [{ value, secret: false }];
  const seen = new Set<object>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value: item, secret } = next;
    if (typeof item === 'string' && secret && item.length >= MIN_SECRET_LENGTH) found.add(item);
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    for (const [key, child] of Object.entries(item)) {
      pending.push({ value: child, secret: secret || SECRET_KEY.test(key) });
    }
  }
  return [...found];
}

/** Masks `secrets` in `text`, and anything that looks like an assigned password, secret or token. */
export function redactText(text: string, secrets: Iterable<string> = []): string {
  // Longest first, so that a secret beginning with another one is masked completely.
  const known = [...secrets].filter((secret) => secret.length > 0).sort((a, b) => b.length - a.length);
  return known
    .reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
    .replace(ASSIGNED, `$1${MASK}`)
    .replace(FLAGGED, `$1${MASK}`)
    .replace(IN_URL, `$1${MASK}@`)
    .replace(FERNET, MASK)
    .replace(AUTHORIZATION, `$1${MASK}`);
}

/**
 * Returns whether a text certainly shows a credential. It is stricter than {@link redactText}, which also masks what follows
 * "token: " in a sentence, and the name of a key's file.
 */
export function showsSecret(text: string): boolean {
  return PATTERNS.some((pattern) =>
    [...text.matchAll(pattern)].some(([found, before = '']) => {
      if (pattern === FERNET) return true;
      const value = unquoted(found.slice(before.length));
      if (NO_VALUE.test(value) || ABOUT_ONE.test(before) || /^[/[{(<]/.test(value)) return false;
      const isCertain = pattern === IN_URL || (pattern === ASSIGNED && !/\w:\s+$/.test(before));
      return isCertain || TOKEN_LIKE.test(value);
    }),
  );
}

/** Without quotation marks, which may be escaped, and the `@` that ends a password in a URL. */
function unquoted(text: string): string {
  let [begin, end] = [0, text.length];
  while (begin < end && `\\"'`.includes(text.charAt(begin))) begin += 1;
  while (begin < end && `\\"'@`.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(begin, end);
}
