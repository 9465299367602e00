/**
 * Prepares a clone: installs the dependencies if they are missing or older than the lock file and, with --build,
 * compiles if a source is newer than the last build. Otherwise does nothing, so that `npm start` and `npm test` need no
 * other command before them.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOW_TO_INSTALL, missingTools } from './compile-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = join(root, 'node_modules', '.package-lock.json');
/** The last file of a build. */
const BUILT = join(root, 'dist', 'bundled', 'LICENCES.txt');
const BUILD_INPUTS = [
  ...['src', 'scripts/bundle.mjs', 'package-lock.json'],
  ...['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'],
];
const SQLITE_BUILD = join(root, 'node_modules', 'sqlite3', 'build');

const MINIMUM_NODE = [20, 19];
/** Interval between progress messages. */
const PERIOD_MS = 5_000;

const say = (text) => console.error(`clinker: ${text}`);

function modifiedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newestUnder(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestUnder(join(path, name))));
}

/** @param stage returns the current stage for progress messages; or null. */
async function run(what, command, args, stage = null) {
  say(what);
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  const timer = setInterval(() => {
    if (stage !== null) say(`${stage()} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
  }, PERIOD_MS);
  const reason = await new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (status) => resolve(status === 0 ? null : `status ${status}`));
  });
  clearInterval(timer);
  if (reason === null) return;
  say(`failed: ${[command, ...args].join(' ')} (${reason})`);
  process.exitCode = 1;
  throw new Error(what);
}

function installing() {
  const isCompiling = existsSync(join(SQLITE_BUILD, 'Makefile')) && !isCompiled();
  return isCompiling ? 'compiling sqlite3, which takes one to five minutes' : 'fetching packages';
}

const isCompiled = () => existsSync(join(SQLITE_BUILD, 'Release', 'node_sqlite3.node'));

async function install() {
  const missing = missingTools();
  const cannotCompile = [
    `sqlite3 cannot be compiled: there is no ${missing.join(', no ')}. Install what it needs:`,
    ...HOW_TO_INSTALL.map((line) => `  ${line}`),
  ];
  if (missing.length > 0) {
    say('unless the binary of sqlite3 for this system can be downloaded from github.com,');
    cannotCompile.forEach(say);
  }
  const what =
    'installing dependencies (npm ci). Where the binary of sqlite3 cannot be downloaded from github.com, it is compiled, which takes one to five minutes';
  try {
    await run(what, 'npm', ['ci', '--no-audit', '--no-fund'], installing);
  } catch (error) {
    if (missing.length > 0 && !isCompiled()) cannotCompile.forEach(say);
    throw error;
  }
}

async function build() {
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  await run('compiling', process.execPath, [nest, 'build']);
  await run('copying Swagger UI', process.execPath, [join(root, 'scripts', 'copy-swagger-ui.mjs')]);
  await run('bundling', process.execPath, [join(root, 'scripts', 'bundle.mjs')]);
}

async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    say(`Node.js ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.version}`);
    process.exitCode = 1;
    return;
  }
  if (modifiedAt(INSTALLED) < modifiedAt(join(root, 'package-lock.json')) - 1000) await install();
  if (!process.argv.includes('--build')) return;
  const newest = Math.max(...BUILD_INPUTS.map((input) => newestUnder(join(root, input))));
  if (modifiedAt(BUILT) < newest) await build();
}

// The error has been reported already.
await prepare().catch(() => undefined);
