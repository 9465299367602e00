import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAME = '@stryker-mutator/instrumenter';
const VERSION = '9.6.1';

/** Kept between runs; outside the repository, whose dependencies do not grow by what only this test needs. */
export const cacheFolder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'clinker-mutation',
  VERSION,
);

/** Not mutated: most are texts for people, which tests do not repeat word for word. */
const EXCLUDED = ['StringLiteral'];

const silent = () => undefined;
const logger = {
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn'].map((level) => [level, silent])),
  isDebugEnabled: () => false,
  error: console.error,
  fatal: console.error,
};

/**
 * Puts all mutants into the sources, each behind a switch: `__STRYKER_ACTIVE_MUTANT__` in the environment names the one
 * that is on, `globalThis.__stryker__.mutantCoverage` counts how often each was reached.
 * @param files name and content of each
 */
export async function instrument(files) {
  const { Instrumenter } = await loadInstrumenter();
  const { files: changed, mutants } = await new Instrumenter(logger).instrument(
    files.map((file) => ({ ...file, mutate: true })),
    { plugins: null, excludedMutations: EXCLUDED, ignorers: [] },
  );
  return {
    files: changed,
    mutants: mutants.filter(({ status }) => status !== 'Ignored'),
    excluded: mutants.filter(({ status }) => status === 'Ignored').length,
  };
}

function loadInstrumenter() {
  if (!existsSync(join(cacheFolder, 'node_modules', NAME, 'package.json'))) install();
  const { resolve } = createRequire(join(cacheFolder, 'package.json'));
  return import(pathToFileURL(resolve(NAME)).href);
}

function install() {
  mkdirSync(cacheFolder, { recursive: true });
  const { status } = spawnSync(
    'npm',
    ['install', '--prefix', cacheFolder, '--ignore-scripts', '--no-audit', '--no-fund', `${NAME}@${VERSION}`],
    { stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error(`cannot install ${NAME}`);
}
