/**
 * Prepares a clone: installs the dependencies if they are missing or older than the lock file and, with --build,
 * compiles if a source is newer than the last build. Otherwise does nothing, so that `npm start` and `npm test` need no
 * other command before them. With --server-only it leaves out the tools of tests and checks (packages/development).
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOW_TO_INSTALL, missingTools } from './compile-tools.mjs';
import { isForThisSystem, neededBy } from './locked-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const LOCK = join(root, 'package-lock.json');
const INSTALLED = join(root, 'node_modules', '.package-lock.json');
/** npm links this package when it installs its dependencies. */
const DEVELOPMENT = join(root, 'node_modules', 'clinker-development');
/** The last file of a build. */
const BUILT = join(root, 'dist', 'bundled', 'LICENCES.txt');
const BUILD_INPUTS = [
  ...[
    'src',
    'clients/javascript/src',
    'examples/driver-template',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ],
  ...['build', 'bundle', 'copy-docs-page', 'client-package', 'driver-package'].map(
    (name) => `scripts/${name}.mjs`,
  ),
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

/** Returns what npm is doing, as far as the files show it. */
function installing(places) {
  if (existsSync(join(SQLITE_BUILD, 'Makefile')) && !isCompiled()) {
    return 'compiling sqlite3, which takes one to five minutes';
  }
  const fetched = places.filter((place) => existsSync(join(root, place, 'package.json')));
  return `fetching packages, ${fetched.length} of ${places.length}`;
}

const isCompiled = () => existsSync(join(SQLITE_BUILD, 'Release', 'node_sqlite3.node'));

/** Returns the folders of the packages that this system needs. */
function placesOf({ development }) {
  const { packages } = JSON.parse(readFileSync(LOCK, 'utf8'));
  const wanted = [packages[''], ...(development ? [packages['packages/development']] : [])];
  const names = wanted.flatMap(({ dependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies }),
  );
  return [...neededBy(names, packages)].filter((place) => isForThisSystem(packages[place]));
}

async function install(command, { development }) {
  const missing = missingTools();
  const cannotCompile = [
    `sqlite3 cannot be compiled: there is no ${missing.join(', no ')}. Install what it needs:`,
    ...HOW_TO_INSTALL.map((line) => `  ${line}`),
  ];
  if (!isCompiled()) {
    say(
      'sqlite3, the default database, is compiled where its binary cannot be downloaded from github.com: one to five minutes, once',
    );
  }
  if (missing.length > 0 && !isCompiled()) {
    say('unless the binary of sqlite3 for this system can be downloaded from github.com,');
    cannotCompile.forEach(say);
  }
  const places = placesOf({ development });
  const whose = development ? 'the server, its build, tests and checks' : 'the server and its build';
  const what = `installing ${places.length} packages for ${whose} (npm ${command}), about a minute`;
  const args = [command, '--no-audit', '--no-fund'];
  if (command !== 'ci') args.push('--no-save');
  if (!development) args.push('--workspaces=false');
  try {
    await run(what, 'npm', args, () => installing(places));
  } catch (error) {
    if (missing.length > 0 && !isCompiled()) cannotCompile.forEach(say);
    throw error;
  }
}

async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    say(`Node.js ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.version}`);
    process.exitCode = 1;
    return;
  }
  const development = !process.argv.includes('--server-only') || existsSync(DEVELOPMENT);
  if (modifiedAt(INSTALLED) < modifiedAt(LOCK) - 1000) await install('ci', { development });
  // Adds what is missing; npm ci would compile sqlite3 again.
  else if (development && !existsSync(DEVELOPMENT)) await install('install', { development });
  if (!process.argv.includes('--build')) return;
  const newest = Math.max(...BUILD_INPUTS.map((input) => newestUnder(join(root, input))));
  if (modifiedAt(BUILT) < newest) {
    await run('building, about half a minute', process.execPath, [join(root, 'scripts', 'build.mjs')]);
  }
}

// The error has been reported already.
await prepare().catch(() => undefined);
