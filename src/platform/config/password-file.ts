import { readFileSync } from 'node:fs';

/** Reads a file that contains only a password; trailing whitespace is dropped. Throws the errors of reading it. */
export function readPasswordFile(path: string): string {
  return readFileSync(path, 'utf8').trimEnd();
}
