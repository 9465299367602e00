/** Pages of other sites in a real browser, whose names resolve to the server; also part of `npm run test:browser`. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TEST = fileURLToPath(new URL('../browser/foreign-page.mjs', import.meta.url));

/** @returns the last line of the test's output. @throws Error with the full output when a page could read or change something. */
export async function hostility() {
  const { stdout } = await promisify(execFile)(process.execPath, [TEST]).catch((error) => {
    throw new Error(`${error.stdout}${error.stderr}`, { cause: error });
  });
  return stdout.trim().split('\n').at(-1);
}
