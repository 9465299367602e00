import { readFileSync } from 'node:fs';

/** The password that a file holds alone, without the line break at its end; throws what reading it throws. */
export function readPasswordFile(path: string): string {
  return readFileSync(path, 'utf8').trimEnd();
}
