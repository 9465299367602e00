/**
 * A driver author's workflow: the packed product in an empty folder, a driver created by `clinker new-driver`, its own
 * tests, a server that loads it by name, and refusals of invalid drivers.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'clinker-driver-package-'));
const modules = join(folder, 'node_modules');
const NAME = '@example/clinker-driver-files';
const SERVER_STARTS_MS = 30_000;

const steps = [
  ['the package contains what a user needs, and no tests', packsClinker],
  ['new-driver creates a package that can be packed and installed', installsDriver],
  ["the driver's own tests pass", testsDriver],
  ['a server loads the driver by name and serves a volume and an attachment', serves],
  [
    'another version of the contract is rejected',
    () => refuses('contract: CONTRACT_VERSION', 'contract: 99', /contract 1/),
  ],
  [
    'a missing method is rejected',
    () => refuses('create: (options) =>', 'create: () => ({}), made: (options) =>', /lacks createVolume/),
  ],
  ['invalid options are rejected', () => refuses('', '', /options.*folder.*Correct the backend/s, {})],
];

let passed = 0;
let failed = 0;
try {
  for (const [title, step] of steps) {
    try {
      await step();
      passed += 1;
      console.log(`ok      ${title}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${title}\n${error.stack}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function packsClinker() {
  const files = await install(repository, 'clinker');
  const wanted = [
    'dist/cli/main.js',
    'dist/drivers/contract/index.d.ts',
    'dist/drivers/conformance/index.d.ts',
  ];
  for (const file of [...wanted, 'examples/driver-template/package.json', 'docs/writing-a-driver.md']) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  assert.deepEqual(
    files.filter((file) => /\.spec\.|\/testing\/|^test\/|^src\//.test(file)),
    [],
  );
  await linkDependencies();
}

/** Links the dependencies of the lock file, already installed beside this script: no network is needed. */
async function linkDependencies() {
  const installed = join(repository, 'node_modules');
  for (const name of await readdir(installed)) {
    if (!name.startsWith('.') && name !== 'clinker')
      await symlink(join(installed, name), join(modules, name));
  }
}

async function installsDriver() {
  await clinker(['new-driver', NAME]);
  await assert.rejects(clinker(['new-driver', NAME]), /already exists/);
  const files = await install(join(folder, 'clinker-driver-files'), NAME);
  assert.ok(files.includes('src/index.js'));
}

async function testsDriver() {
  const { stdout } = await run('npm', ['test'], { cwd: join(modules, NAME), env: plainEnvironment() });
  assert.match(stdout, /(#|ℹ) fail 0/);
  assert.doesNotMatch(stdout, /(#|ℹ) pass 0/);
}

async function serves() {
  const server = await start(NAME, { folder: join(folder, 'volumes') });
  try {
    assert.ok(server.base !== undefined, server.output());
    const { volume } = await request(server, 'volumes', { volume: { size: 1 } });
    await untilAvailable(server, volume.id);
    const { attachment } = await request(server, 'attachments', {
      attachment: { volume_uuid: volume.id, instance_uuid: volume.id, connector: { host: 'one' } },
    });
    const path = attachment.connection_info.device_path;
    assert.equal(path, join(folder, 'volumes', `${volume.id}.img`));
  } finally {
    await server.stop();
  }
}

/** Starts a server with a modified driver definition, and checks why it does not start. */
async function refuses(what, by, reason, options = { folder: join(folder, 'volumes') }) {
  const file = join(modules, NAME, 'src/index.js');
  const intact = await readFile(file, 'utf8');
  assert.ok(intact.includes(what));
  await writeFile(file, intact.replace(what, by));
  try {
    const server = await start(NAME, options);
    await server.stop();
    assert.equal(server.base, undefined, 'the server starts anyway');
    assert.ok(server.output().includes(NAME), server.output());
    assert.match(server.output(), reason);
  } finally {
    await writeFile(file, intact);
  }
}

/** Packs a package and unpacks it where npm would install it. @returns its files. */
async function install(source, name) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: source, env: plainEnvironment() });
  const report = Object.values(JSON.parse(stdout))[0];
  const target = join(modules, name);
  await mkdir(target, { recursive: true });
  const archive = join(folder, report.filename.replace('@', '').replace('/', '-'));
  await run('tar', ['-xzf', archive, '-C', target, '--strip-components=1']);
  return report.files.map(({ path }) => path);
}

function clinker(args) {
  return run(process.execPath, [join(modules, 'clinker/dist/cli/main.js'), ...args], { cwd: folder });
}

/** Without the variables of an outer `npm run`, which would point npm and node:test at the repository. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_TEST)/.test(key)));
}

/** @returns the server's address; undefined if it ended instead of starting. */
async function start(driver, options) {
  const config = join(folder, 'clinker.yaml');
  await writeFile(config, JSON.stringify({ backends: [{ name: 'one', driver, options }] }));
  const data = await mkdtemp(join(folder, 'data-'));
  const child = spawn(process.execPath, [join(modules, 'clinker/dist/cli/main.js'), 'serve'], {
    cwd: dirname(config),
    env: {
      ...process.env,
      CLINKER_CONFIG: config,
      CLINKER_DATA_FOLDER: data,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: SERVER_STARTS_MS,
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'exit');
  const base = await new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const address = /"api":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then(() => resolve(undefined));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { base, output: () => output, stop };
}

async function request({ base }, path, body) {
  const response = await fetch(new URL(path, base), {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'Content-Type': 'application/json',
      'OpenStack-API-Version': 'volume 3.54',
      'X-Auth-Token': 'admin:demo',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text);
}

async function untilAvailable(server, id) {
  const deadline = AbortSignal.timeout(SERVER_STARTS_MS);
  for (;;) {
    const { volume } = await request(server, `volumes/${id}`);
    if (volume.status === 'available') return;
    assert.ok(volume.status === 'creating' && !deadline.aborted, `the volume is ${volume.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
