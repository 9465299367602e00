/**
 * Makes a clone ready to run: installs the dependencies when they are missing or older than the lock
 * file and, with --build, compiles when a source is newer than the last build. Does nothing otherwise,
 * so that `npm start` and `npm test` need no other command before them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = join(root, 'node_modules', '.package-lock.json');
const BUILT = join(root, 'dist', 'main.js');
const BUILD_INPUTS = ['src', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];

const MINIMUM_NODE = [20, 19];

function modifiedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newestUnder(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestUnder(join(path, name))));
}

function run(what, command, args) {
  console.error(`clinker: ${what}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) {
    console.error(`clinker: failed: ${[command, ...args].join(' ')}${error ? ` (${error.message})` : ''}`);
    process.exit(status || 1);
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
  console.error(`clinker: Node.js ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.version}`);
  process.exit(1);
}
if (modifiedAt(INSTALLED) < modifiedAt(join(root, 'package-lock.json')) - 1000) {
  run('installing dependencies (npm ci)', 'npm', ['ci', '--no-audit', '--no-fund']);
}
if (process.argv.includes('--build')) {
  const newest = Math.max(...BUILD_INPUTS.map((input) => newestUnder(join(root, input))));
  if (modifiedAt(BUILT) < newest) {
    run('compiling', process.execPath, [
      join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'),
      'build',
    ]);
  }
}
