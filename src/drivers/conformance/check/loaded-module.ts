import { setTimeout as after } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { plainText } from '../plain-text.js';
import { maskedText } from '../secrets.js';
import { NotJudged } from './not-judged.js';
import { StrayErrors } from './stray-errors.js';

/** As in the server: a module may await something for ever. */
const LOADS_WITHIN_MS = 10_000;

/**
 * Imports a module of the driver's author, and returns its default export.
 * @throws NotJudged if it fails, is not evaluated in time, or would end the process.
 */
export async function loadedModule(file: string): Promise<unknown> {
  const stray = new StrayErrors();
  const limit = new AbortController();
  const late = after(LOADS_WITHIN_MS, null, { signal: limit.signal }).then(() => {
    throw new Error(`it was not evaluated within ${LOADS_WITHIN_MS / 1000} s`);
  });
  try {
    const loading = import(pathToFileURL(file).href) as Promise<{ readonly default?: unknown }>;
    const module = await Promise.race([loading, late]);
    const [error] = await stray.take(maskedText);
    if (error !== undefined) throw new Error(error.found.split('\n')[0]);
    return module.default;
  } catch (error) {
    throw new NotJudged(
      `${file} could not be loaded: ${plainText(maskedText(String(error)))}. Repair or reinstall it.`,
    );
  } finally {
    limit.abort();
    late.catch(() => undefined);
    stray.end();
  }
}
