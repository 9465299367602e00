/**
 * npm run test:upgrade: an earlier commit's build and this one serve the same database while clients attach and detach
 * without a pause (docs/adr/0044). An argument selects the parts whose titles contain it. UPGRADE_FROM names the commit;
 * default: the last tag, else the one before the last new migration. UPGRADE_TREE names a folder in which it is built already.
 * UPGRADE_SERVER names a PostgreSQL or MariaDB on which databases may be created; default: a PostgreSQL of its own.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dropDatabase, emptyDatabase } from '../chaos/lib/databases.mjs';
import { untilJoined } from '../chaos/lib/joined.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { broker } from '../support/brokers.mjs';
import { privatePostgres } from '../support/postgres.mjs';
import { build, earlierCommit, git, hasFile, hasOtherSchema } from '../../scripts/earlier-release.mjs';
import { runSteps, workshop } from '../../scripts/packed-products.mjs';
import { Load, sharedStorage } from './load.mjs';

const NEW = fileURLToPath(new URL('../..', import.meta.url));
const LEASE_S = 3;
/** Requests that each part of an upgrade acknowledges before the next one begins. */
const ENOUGH = 150;
const CALLS = ['createVolume', 'createExport', 'initializeConnection', 'terminateConnection', 'removeExport'];
const LATENCY = Object.fromEntries(CALLS.map((call) => [call, 10]));

const earlier = await earlierCommit();
const { folder, environment, emptyFolder, end } = await workshop('upgrade', []);
const own = process.env.UPGRADE_SERVER === undefined ? await privatePostgres() : null;
const server = own?.url ?? process.env.UPGRADE_SERVER;
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32);
console.log(`# seed ${seed}`);

try {
  if (earlier === null) console.log('skipped  the clone has no earlier commit');
  else {
    console.log(`# from ${earlier.name}, ${await git('rev-parse', '--short', earlier.commit)}`);
    const old = process.env.UPGRADE_TREE ?? (await emptyFolder('earlier'));
    if (process.env.UPGRADE_TREE === undefined)
      await build(earlier.commit, { target: old, archive: join(folder, 'earlier.tar'), environment });
    const steps = [
      ['servers are replaced one by one, and no request fails', () => inUpgrade('all', old, replaced)],
      [
        'a server that is killed midway leaves nothing to either side',
        () => inUpgrade('killed', old, killed),
      ],
      ['API replicas and volume nodes are replaced one by one', () => replacesRoles(old)],
    ];
    await runSteps(steps.filter(([title]) => title.includes(process.argv[2] ?? '')));
  }
} finally {
  await ServerProcess.killAll();
  await own?.stop();
  await end();
}

/** A database and a storage, the clients, and how to start a server of either build on them. */
async function inUpgrade(name, old, use, settings = {}) {
  const home = await emptyFolder(name);
  await mkdir(sharedStorage(home), { recursive: true });
  const url = await emptyDatabase(server);
  const load = new Load({ url, folder: home, seed });
  let started = 0;
  const start = async (tree, further = backendOf(tree, home)) => {
    started += 1;
    const process = new ServerProcess(
      {
        DATABASE_URL: url,
        CLINKER_DATA_FOLDER: join(home, `server-${started}`),
        CLINKER_PROCESS_LEASE_S: String(LEASE_S),
        CLINKER_RECONCILE_INTERVAL_S: '1',
        ...settings,
        ...further,
      },
      {
        logFile: join(home, `server-${started}.log`),
        program: pathToFileURL(join(tree, 'dist/main.js')),
      },
    );
    return { process, address: await process.address };
  };
  await use({ load, start, old, home });
  console.log(`# ${name}: ${JSON.stringify(load.counts)}`);
  await dropDatabase(server, url);
}

function backendOf(tree, home) {
  const options = { folder: sharedStorage(home), latency_ms: LATENCY };
  const driver = join(tree, 'test/chaos/lib/shared-driver.mjs');
  return { CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver, options }]) };
}

/** As an operator does it: a server gets no requests any more, and then ends. */
async function retire({ rotation }, { process, address }) {
  rotation.splice(rotation.indexOf(address), 1);
  await process.kill('SIGTERM');
}

async function replaced({ load, start, old }) {
  const [first, second] = [await start(old), await start(old)];
  load.rotation.push(first.address, second.address);
  await load.prepare();
  load.start();
  await load.acknowledged(ENOUGH);
  // It changes the schema below the running servers.
  const third = await start(NEW);
  load.rotation.push(third.address);
  await load.acknowledged(ENOUGH);
  await retire(load, first);
  const fourth = await start(NEW);
  load.rotation.push(fourth.address);
  await load.acknowledged(ENOUGH);
  await retire(load, second);
  await load.acknowledged(ENOUGH);
  await load.settle();
  const { unanswered, unavailable } = load.counts;
  assert.deepEqual({ unanswered, unavailable }, { unanswered: 0, unavailable: 0 });
  await isConsistent(load, third.address);
  if (await hasOtherSchema(earlier.commit))
    await assert.rejects(start(old), /newer release/, 'the old version starts on the new schema');
  await load.leave();
  for (const { process } of [third, fourth]) await process.kill('SIGTERM');
}

async function killed({ load, start, old }) {
  const first = await start(old);
  load.rotation.push(first.address);
  await load.prepare();
  const second = await start(NEW);
  load.rotation.push(second.address);
  await dies(load, second);
  load.rotation.splice(1);
  const third = await start(NEW);
  load.rotation.push(third.address);
  await dies(load, first);
  load.rotation.splice(0, 1);
  load.start();
  await load.acknowledged(ENOUGH);
  await load.settle();
  await isConsistent(load, third.address);
  await load.leave();
  await third.process.kill('SIGTERM');
}

/** Kills a server under load; the others end its work. */
async function dies(load, { process }) {
  load.start();
  await load.acknowledged(ENOUGH);
  await process.kill('SIGKILL');
  await load.settle();
}

async function replacesRoles(old) {
  if (!(await hasFile(earlier.commit, 'src/nodes/nodes.module.ts')))
    return 'the earlier commit has neither API replicas nor volume nodes';
  const nats = await broker('nats');
  const settings = { CLINKER_TRANSPORT_URL: await nats.start(), CLINKER_NODE_DEADLINE_MS: '20000' };
  try {
    await inUpgrade('roles', old, roles, settings);
  } finally {
    await nats.stop();
  }
}

/** The node first: it must know every kind of work that a replica records. */
async function roles({ load, start, old, home }) {
  const nodeOf = (tree) =>
    start(tree, { ...backendOf(tree, home), CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: 'storage-1' });
  const replicaOf = (tree) => start(tree, { CLINKER_ROLE: 'api' });
  const node = await nodeOf(old);
  const [first, second] = [await replicaOf(old), await replicaOf(old)];
  load.rotation.push(first.address, second.address);
  for (const replica of [first, second]) await untilJoined(replica.address, 1);
  await load.prepare();
  load.start();
  await load.acknowledged(ENOUGH);
  // Volumes wait for their node: clients get 503 until the new one has joined.
  await node.process.kill('SIGTERM');
  const newNode = await nodeOf(NEW);
  for (const replica of [first, second]) await untilJoined(replica.address, 1);
  await load.settle();
  const { unavailable, unanswered } = load.counts;
  load.start();
  await load.acknowledged(ENOUGH);
  const third = await replicaOf(NEW);
  await untilJoined(third.address, 1);
  load.rotation.push(third.address);
  await load.acknowledged(ENOUGH);
  await retire(load, first);
  await load.acknowledged(ENOUGH);
  await retire(load, second);
  await load.acknowledged(ENOUGH);
  await load.settle();
  const { unavailable: nowUnavailable, unanswered: nowUnanswered } = load.counts;
  assert.deepEqual(
    [nowUnavailable, nowUnanswered],
    [unavailable, unanswered],
    'requests failed after the node had joined',
  );
  await load.leave();
  for (const { process } of [third, newNode]) await process.kill('SIGTERM');
}

async function isConsistent({ ledger }, address) {
  const answer = await fetch(`${address}/v3/clinker-consistency`, {
    headers: { 'X-Auth-Token': 'admin:demo' },
  });
  const { consistency } = await answer.json();
  assert.deepEqual(consistency.findings, []);
  assert.equal(await ledger.count('operations'), 0);
}
