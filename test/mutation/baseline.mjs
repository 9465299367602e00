import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './instrumenter.mjs';
import { runSuites } from './jest-run.mjs';

/** On what the outcome of every suite depends. */
const SHARED = /^(src|test\/support|test\/chaos\/lib|package-lock\.json|jest\.config\.mjs)/;

/** Several times what the longest suite takes on a slow machine. */
const LONGEST_S = 600;

/**
 * Returns, by suite, how long it takes without a mutant and how often it reaches each mutant; null if it fails. What
 * was found is kept until a source or the suite changes.
 */
export async function baselineOf(copy, files, suites) {
  const folder = join(cacheFolder, 'baseline');
  mkdirSync(folder, { recursive: true });
  const shared = createHash('sha256');
  for (const file of files)
    if (SHARED.test(file) && !file.endsWith('.spec.ts')) shared.update(file).update(bytes(copy, file));
  const sharedKey = shared.digest('hex');
  const found = new Map();
  for (const [index, suite] of suites.entries()) {
    const key = createHash('sha256').update(sharedKey).update(suite).update(bytes(copy, suite)).digest('hex');
    const file = join(folder, `${key}.json`);
    const kept = readKept(file);
    const outcome = kept === undefined ? await runAlone(copy, suite) : kept;
    // A failure may be the machine's.
    if (kept === undefined && outcome !== null) writeFileSync(file, JSON.stringify(outcome));
    found.set(suite, outcome);
    if (kept !== undefined) continue;
    const told = outcome === null ? 'FAILS, left out' : `${outcome.seconds.toFixed(1)} s`;
    console.log(`${index + 1} of ${suites.length} without a mutant: ${suite}: ${told}`);
  }
  return found;
}

async function runAlone(copy, suite) {
  const { status, lines } = await runSuites(copy, [suite], { seconds: LONGEST_S });
  const { seconds, reached } = lines.find((line) => line.reached !== undefined) ?? {};
  return status === 0 && reached !== undefined ? { seconds, reached } : null;
}

const bytes = (copy, file) => readFileSync(join(copy, file));

function readKept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
