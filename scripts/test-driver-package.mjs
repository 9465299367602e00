/**
 * npm run test:driver-package: types the commands of docs/writing-a-driver.md. An author has the packed clinker-driver; an
 * operator installs the server, then the driver. The server loads it by name, and refuses invalid ones.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Tgtd } from '../test/dataplane/storage-host.mjs';
import * as products from './packed-products.mjs';

const NAME = 'clinker-driver-mine';
const ARCHIVES = Object.fromEntries(
  ['clinker-driver', 'clinker-server', NAME].map((name) => [
    name,
    `${name}-${name === NAME ? '0.1.0' : products.version}.tgz`,
  ]),
);
const CONNECTOR = { host: 'one', initiator: 'iqn.1994-05.com.example:one' };
const TUTORIAL_PORTAL = '127.0.0.1:13261';
const SCRIPT_ENDS_MS = 120_000;
const AVAILABLE_WITHIN_MS = 30_000;

/** The new driver with faults that only a process of its own can show. */
const STRAY = `
import driver from './${NAME}/dist/src/index.js';
export default {
  ...driver,
  create: (options, host) =>
    Object.assign(driver.create(options, host), {
      createVolume: async () => {
        setTimeout(() => { throw new Error('nobody awaits it'); }, 0);
        await new Promise((resolve) => setTimeout(resolve, 20));
        process.exit(0);
      },
    }),
};
`;

const { folder, archives, environment, emptyFolder, end } = await products.workshop('driver-package');
const author = await emptyFolder('author');
const driver = join(author, NAME);
const operator = await emptyFolder('operator');
const installed = join(operator, 'node_modules', NAME, 'dist/src/index.js');
/** The mock is in the author's folder alone: operators get no tests. */
const OPTIONS = {
  command: [process.execPath, join(driver, 'dist/test/mock.js'), join(folder, 'mock.json')],
  storage_password: 'not-a-secret',
};
const withLog = products.withNode(environment);
const withPassword = { ...environment, STORAGE_PASSWORD: 'not-a-secret' };
const CHECK = ['--options', 'backend.json', '--option-env', 'storage_password=STORAGE_PASSWORD'];
const typed = products.typedFrom('docs/writing-a-driver.md', withLog);

try {
  await products.runSteps([
    ['clinker-driver has the contract and the kit, and no dependencies', hasNoDependencies],
    ["the new driver's tests are green after npm install", createsDriver],
    ['so are those of the other kinds', createsOtherKinds],
    ['a folder that exists, and what is no name, are refused', refusesNames],
    ['the command judges the new driver without a test runner, and writes a report', judges],
    ['the command finds errors outside of calls, and processes that are ended', judgesStrayErrors],
    ['an operator installs the server and the driver, and npm asks for nothing of ours', installsBoth],
    ['a server loads the driver by name and serves a volume and an attachment', serves],
    ['the same with a driver of clinker-server/driver', servesWithTheServersContract],
    ['clinker new-driver writes the same driver', createsDriverOnServer],
    ['clinker check-driver judges drivers, built-in ones too', judgesOnServer],
    ['the tutorial ends with bytes that a host reads', readsBytes],
    [
      'another version of the contract is rejected',
      () => refuses('contract: CONTRACT_VERSION', 'contract: 99', /contract 1/),
    ],
    [
      'a missing method is rejected',
      () => refuses('create: (options) =>', 'create: () => ({}), made: (options) =>', /lacks createVolume/),
    ],
    [
      'invalid options are rejected',
      () => refuses('', '', /options.*storage_password.*Correct the backend/s, {}),
    ],
  ]);
} finally {
  await end();
}

async function hasNoDependencies() {
  const { files } = archives['clinker-driver'];
  for (const file of [
    'dist/drivers/contract/index.d.ts',
    'dist/drivers/conformance/index.d.ts',
    'dist/docs/conformance.md',
    'dist/LICENSE',
    'README.md',
  ]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  assert.deepEqual(
    files.filter((file) => /\.spec\.|\.map$|node_modules/.test(file)),
    [],
  );
}

async function createsDriver() {
  await cp(archives['clinker-driver'].path, join(author, ARCHIVES['clinker-driver']));
  await typed(`npm install ./${ARCHIVES['clinker-driver']}`, { cwd: author });
  // The kind whose mock a server can use anywhere; the tutorial's own kind comes later.
  const create = `npx --no clinker-driver new ${NAME} --kind iscsi`;
  await typed(create, { cwd: author, here: { iscsi: 'command' } });
  const startedAt = performance.now();
  products.askedForNoneOfOurs(await typed('npm install', { cwd: driver }));
  isGreen(await typed('npm test', { cwd: driver }));
  console.log(`npm install and npm test took ${Math.round((performance.now() - startedAt) / 1000)} s`);
  await typed('npm pack', { cwd: driver });
  await products.command(['npm', 'ls', '--all'], { cwd: driver, environment });
}

/** They have the same dependencies, so one installation after the other serves them all. */
async function createsOtherKinds() {
  let installation = driver;
  for (const kind of ['rest', 'share', 'iscsi']) {
    const name = `clinker-driver-${kind}`;
    const words = ['npx', '--no', 'clinker-driver', 'new', name, '--kind', kind];
    await products.command(words, { cwd: author, environment });
    const manifests = await Promise.all([driver, join(author, name)].map(dependenciesOf));
    assert.deepEqual(manifests[1], manifests[0]);
    await rename(join(installation, 'node_modules'), join(author, name, 'node_modules'));
    installation = join(author, name);
    isGreen(await products.command(['npm', 'test'], { cwd: installation, environment }));
  }
}

async function dependenciesOf(packageFolder) {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(packageFolder, 'package.json'), 'utf8'),
  );
  return { dependencies, devDependencies };
}

function isGreen(output) {
  assert.match(output, /(#|ℹ) fail 0/);
  assert.doesNotMatch(output, /(#|ℹ) pass 0/);
}

async function refusesNames() {
  const create = (name) =>
    products.command(['npx', '--no', 'clinker-driver', 'new', name], { cwd: author, environment });
  await assert.rejects(create(NAME), /already exists/);
  await assert.rejects(
    create('--bogus'),
    /Unknown option '--bogus' \(see npx --no clinker-driver --help\)$/m,
  );
  await assert.rejects(create('../mine'), /not a valid npm package name/);
}

async function judges() {
  const page = await readFile(new URL('../docs/conformance.md', import.meta.url), 'utf8');
  const [, options] = /^ {4}(\{"command": .*\})$/m.exec(page);
  await writeFile(join(author, 'backend.json'), options);
  const line = `npx --no clinker-driver check ./${NAME} ${CHECK.join(' ')} --only createVolume --html verdict.html`;
  const output = await products.typedFrom('docs/conformance.md', withPassword)(line, { cwd: author });
  assert.match(output, /mine was judged in part by contract 1: (\d+) of the \1 tests chosen passed/);
  assert.match(await readFile(join(author, 'verdict.html'), 'utf8'), /tests chosen passed/);
}

async function judgesStrayErrors() {
  await writeFile(join(author, 'stray.mjs'), STRAY);
  const words = ['npx', '--no', 'clinker-driver', 'check', './stray.mjs', ...CHECK];
  const only = ['--only', 'createVolume can be repeated'];
  const failure = await products
    .command([...words, ...only], { cwd: author, environment: withPassword })
    .then(
      () => assert.fail('the driver is said to conform'),
      (error) => error,
    );
  assert.equal(failure.code, 1, `${failure.stdout}${failure.stderr}`);
  assert.match(failure.stdout, /outside of a call: Error: nobody awaits it/);
  assert.match(failure.stdout, /outside of a call: Error: the driver called process\.exit/);
}

async function judgesOnServer() {
  const clinker = join(operator, 'node_modules/.bin/clinker');
  const words = [clinker, 'check-driver', '--only', 'createVolume can be repeated'];
  const check = (args) => products.command([...words, ...args], { cwd: author, environment: withPassword });
  assert.match(
    await check(['fake']),
    /fake was judged in part by contract 1: 1 of the 1 tests chosen passed/,
  );
  assert.match(
    await check([`./${NAME}`, ...CHECK]),
    /mine was judged in part by contract 1: 1 of the 1 tests chosen passed/,
  );
}

async function installsBoth() {
  for (const name of ['clinker-server', NAME]) {
    const from = name === NAME ? join(driver, ARCHIVES[NAME]) : archives[name].path;
    await cp(from, join(operator, ARCHIVES[name]));
  }
  const install = ['npm', 'install', `./${ARCHIVES['clinker-server']}`];
  products.askedForNoneOfOurs(await products.command(install, { cwd: operator, environment: withLog }));
  products.askedForNoneOfOurs(await typed(`npm install ./${ARCHIVES[NAME]}`, { cwd: operator }));
}

async function serves() {
  await whileServing(OPTIONS, async (server) => {
    const { volume } = await request(server, 'volumes', { volume: { size: 1 } });
    await untilAvailable(server, volume.id);
    const { attachment } = await request(server, 'attachments', {
      attachment: { volume_uuid: volume.id, instance_uuid: volume.id, connector: CONNECTOR },
    });
    assert.equal(attachment.connection_info.target_iqn, `iqn.2026-01.com.example:${volume.id}`);
  });
}

async function servesWithTheServersContract() {
  const files = [installed, join(operator, 'node_modules', NAME, 'dist/src/mine.driver.js')];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const changed = texts.map((text) => text.replace("from 'clinker-driver'", "from 'clinker-server/driver'"));
  assert.notDeepEqual(changed, texts);
  await writeAll(files, changed);
  try {
    await serves();
  } finally {
    await writeAll(files, texts);
  }
}

function writeAll(files, texts) {
  return Promise.all(files.map((file, index) => writeFile(file, texts[index])));
}

async function createsDriverOnServer() {
  const words = ['npx', '--no', 'clinker', 'new-driver', NAME];
  await products.command(words, { cwd: operator, environment });
  const texts = [driver, join(operator, NAME)].map((from) => readFile(join(from, 'src/tool.ts'), 'utf8'));
  const [own, same] = await Promise.all(texts);
  assert.equal(same, own);
}

/** Follows the tutorial with the driver for tgt, on a tgtd and ports of its own. */
async function readsBytes() {
  const missing = ['/usr/sbin/tgtd', '/usr/bin/qemu-io', '/usr/bin/curl'].filter((path) => !existsSync(path));
  if (missing.length > 0) return `there is no ${missing.join(', no ')}`;
  const cwd = join(author, 'clinker-driver-iscsi');
  const environmentOfTgt = { ...environment, TGT_IPC_SOCKET: join(folder, 'tgtd') };
  const settings = join(cwd, 'clinker-dev.yaml');
  const text = await readFile(settings, 'utf8');
  const own = { '/var/tmp/iscsi': join(folder, 'disks'), '127.0.0.1:3260': TUTORIAL_PORTAL };
  await writeFile(settings, products.replaced(text, own));
  const tgtd = new Tgtd(environmentOfTgt, TUTORIAL_PORTAL);
  await tgtd.start();
  try {
    const clinker = join(operator, 'node_modules/.bin/clinker');
    await products.whileServing([clinker, 'dev'], { cwd, environment: environmentOfTgt }, async (server) => {
      const document = await readFile(new URL('../docs/writing-a-driver.md', import.meta.url), 'utf8');
      const [, steps] = /^```sh\n([^]*?)^```/m.exec(document);
      const script = steps.replace('http://127.0.0.1:8776/v3', server.base.replace(/\/$/, ''));
      const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
        cwd,
        timeout: SCRIPT_ENDS_MS,
      });
      assert.match(stdout, /^00000000: +(41 ){16}/m);
      assert.match(server.output(), /initializeConnection \(\d+ ms\)/);
    });
  } finally {
    await tgtd.kill();
  }
}

/** Starts a server with a modified driver definition, and checks why it does not start. */
async function refuses(what, by, reason, options = OPTIONS) {
  const intact = await readFile(installed, 'utf8');
  assert.ok(intact.includes(what));
  await writeFile(installed, intact.replace(what, by));
  try {
    const server = await start(options);
    await server.stop();
    assert.equal(server.base, undefined, 'the server starts anyway');
    assert.ok(server.output().includes(NAME), server.output());
    assert.match(server.output(), reason);
  } finally {
    await writeFile(installed, intact);
  }
}

async function start(options) {
  return products.serve(['npx', '--no', 'clinker', 'serve'], await configured(options));
}

async function whileServing(options, use) {
  return products.whileServing(['npx', '--no', 'clinker', 'serve'], await configured(options), use);
}

async function configured(options) {
  const config = join(operator, 'clinker.yaml');
  await writeFile(config, JSON.stringify({ backends: [{ name: 'one', driver: NAME, options }] }));
  const data = await emptyFolder(`data/${randomUUID()}`);
  return { cwd: operator, environment, settings: { CLINKER_CONFIG: config, CLINKER_DATA_FOLDER: data } };
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
  const deadline = AbortSignal.timeout(AVAILABLE_WITHIN_MS);
  for (;;) {
    const { volume } = await request(server, `volumes/${id}`);
    if (volume.status === 'available') return;
    assert.ok(volume.status === 'creating' && !deadline.aborted, `the volume is ${volume.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
