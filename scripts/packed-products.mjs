/** The packages as users get them: packed, installed in empty folders by npm, started. For the tests of the packages. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('..', import.meta.url));
export const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

const COMMAND_ENDS_MS = 240_000;
const SERVER_STARTS_MS = 60_000;
const LONGEST_OUTPUT = 64 * 2 ** 20;

/** An empty folder, and the archives of the given packages. */
export async function workshop(name, wanted = ['clinker-server', 'clinker-driver']) {
  const folder = await mkdtemp(join(tmpdir(), `clinker-${name}-`));
  const environment = { ...plainEnvironment(), npm_config_cache: await cacheWithSqlite(folder) };
  const archives = {};
  for (const product of wanted) {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    if (product !== 'clinker-server') args.push('--workspace', product);
    const { stdout } = await run('npm', args, { cwd: repository, env: environment });
    const report = Object.values(JSON.parse(stdout))[0];
    assert.equal(report.filename, `${product}-${version}.tgz`);
    archives[product] = { path: join(folder, report.filename), files: report.files.map(({ path }) => path) };
  }
  return {
    folder,
    archives,
    environment,
    /** Makes an empty folder in it. */
    emptyFolder: async (sub) => {
      await mkdir(join(folder, sub), { recursive: true });
      return join(folder, sub);
    },
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Without the variables of an outer `npm run`, which would point npm and node:test at the repository. */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_TEST)/.test(key)));
}

/**
 * Returns a cache of npm that has the binary of sqlite3 as if it had been downloaded: that compiled in the repository. Its
 * packages are those of the user's cache.
 */
async function cacheWithSqlite(folder) {
  const cache = join(folder, 'cache');
  await mkdir(join(cache, '_prebuilds'), { recursive: true });
  const { stdout } = await run('npm', ['config', 'get', 'cache'], { env: plainEnvironment() });
  await mkdir(join(stdout.trim(), '_cacache'), { recursive: true });
  await symlink(join(stdout.trim(), '_cacache'), join(cache, '_cacache'));
  const sqlite = join(repository, 'node_modules/sqlite3');
  const manifest = JSON.parse(readFileSync(join(sqlite, 'package.json'), 'utf8'));
  const napi = Math.max(...manifest.binary.napi_versions);
  const file = `sqlite3-v${manifest.version}-napi-v${napi}-${process.platform}-${process.arch}.tar.gz`;
  const url = `https://github.com/TryGhost/node-sqlite3/releases/download/v${manifest.version}/${file}`;
  // As prebuild-install names it.
  const name = `${createHash('sha512').update(url).digest('hex').slice(0, 6)}-${file.replace(/[^a-zA-Z0-9.]+/g, '-')}`;
  const binary = 'build/Release/node_sqlite3.node';
  await run('tar', ['-czf', join(cache, '_prebuilds', name), '-C', sqlite, binary]);
  return cache;
}

/**
 * Returns a function that runs a command of a document: it checks that the document has the line, then runs it with what
 * `here` has in the place of what a reader replaces. @returns its output.
 */
export function typedFrom(file, environment) {
  const text = readFileSync(join(repository, file), 'utf8');
  return async (line, { cwd, here = {} }) => {
    assert.ok(text.includes(line), `${file} does not say: ${line}`);
    const words = line.split(' ').map((word) => replaced(word, here));
    return command(words, { cwd, environment });
  };
}

/** Replaces parts of a word by others. */
export function replaced(word, parts) {
  return Object.entries(parts).reduce((changed, [from, to]) => changed.replace(from, to), word);
}

/** Runs a command. @returns what it wrote. */
export async function command([program, ...args], { cwd, environment }) {
  const options = { cwd, env: environment, timeout: COMMAND_ENDS_MS, maxBuffer: LONGEST_OUTPUT };
  const { stdout, stderr } = await run(program, args, options);
  return `${stdout}${stderr}`;
}

/** The environment with another Node.js, and with npm's log of its requests. */
export function withNode(environment, node = process.execPath) {
  return {
    ...environment,
    PATH: `${dirname(node)}${delimiter}${environment.PATH}`,
    npm_config_loglevel: 'http',
  };
}

/** Checks npm's log: it asked the registry for packages, but for none of ours, and warned of no version of Node.js. */
export function askedForNoneOfOurs(log) {
  const asked = [...log.matchAll(/^npm http (?:fetch|cache) (?:GET \d+ )?(https?:\/\/\S+)/gm)].map(
    ([, url]) => url,
  );
  assert.deepEqual(
    asked.filter((url) => url.includes('clinker')),
    [],
  );
  assert.doesNotMatch(log, /EBADENGINE/);
  return asked;
}

/** Starts `clinker serve` by a command. @returns the server's address, undefined if it ended instead, and how to stop it. */
export async function serve([program, ...args], { cwd, environment, settings = {} }) {
  const child = spawn(program, args, {
    cwd,
    env: { ...environment, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npx has the server as its child: a signal is for both.
    detached: true,
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close');
  const base = await new Promise((resolve) => {
    const late = setTimeout(() => resolve(undefined), SERVER_STARTS_MS);
    const done = (address) => {
      clearTimeout(late);
      resolve(address);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const [, address] = /"api":"([^"]+)"|clinker dev: serving (\S+)/.exec(line)?.filter(Boolean) ?? [];
      if (address !== undefined) done(address);
    });
    void ended.then(() => done(undefined));
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  return { base, output: () => output, stop };
}

/** Starts a server, uses it, and stops it. */
export async function whileServing(words, options, use) {
  const server = await serve(words, options);
  try {
    assert.ok(server.base !== undefined, server.output());
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Runs steps, prints the outcome and the duration of each, and sets the exit status. A step may return why it is skipped. */
export async function runSteps(steps) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [title, step] of steps) {
    const startedAt = performance.now();
    const took = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    try {
      const skipped = await step();
      count[skipped === undefined ? 'passed' : 'skipped'] += 1;
      console.log(skipped === undefined ? `ok       ${title} (${took()})` : `skipped  ${title}: ${skipped}`);
    } catch (error) {
      count.failed += 1;
      console.log(
        `FAILED   ${title} (${took()})\n${error.stack}\n${error.stdout ?? ''}${error.stderr ?? ''}`,
      );
    }
  }
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed === 0 ? 0 : 1;
}
