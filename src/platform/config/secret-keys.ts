import { readFileSync } from 'node:fs';

/** An encryption key for secrets, with the id that the ciphertexts contain. */
export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Buffer;
}

const ENTRY = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):([A-Za-z0-9+/]{43}=)$/;

/** Separator of the keys in a setting. */
const BETWEEN_KEYS = /[\s,]+/;

/** Parses keys in their order; adds mistakes to `problems`, without any part of a key. */
export function parseSecretKeys(text: string, source: string, problems: string[]): SecretKey[] {
  const keys: SecretKey[] = [];
  const entries = text
    .split('\n')
    .map((line) => line.replace(/#.*/, ''))
    .join('\n')
    .split(BETWEEN_KEYS)
    .filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    const [, id, encoded] = ENTRY.exec(entry) ?? [];
    if (id === undefined || encoded === undefined) {
      problems.push(`${source}: key ${index + 1} is not <id>:<32 bytes in base64>`);
    } else if (keys.some((key) => key.id === id)) {
      problems.push(`${source}: the key id ${id} is used twice`);
    } else {
      keys.push({ id, bytes: Buffer.from(encoded, 'base64') });
    }
  }
  return keys;
}

/** Reads the keys of a file; a file without keys is a mistake. */
export function readSecretKeys(file: string, problems: string[]): SecretKey[] {
  const source = `secret_keys_file: ${file}`;
  try {
    const before = problems.length;
    const keys = parseSecretKeys(readFileSync(file, 'utf8'), source, problems);
    if (keys.length === 0 && problems.length === before) problems.push(`${source}: contains no key`);
    return keys;
  } catch (error) {
    problems.push(`${source}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    return [];
  }
}
