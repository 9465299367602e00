/**
 * npm run test:roles: what is proven of one process, unchanged against an API replica whose backends are on volume nodes: the
 * recorded answers of a real Cinder over NATS, and OpenStack's clients over RabbitMQ. Needs postgresql, nats-server,
 * rabbitmq-server and the packages of test/clients/run.py.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyDatabase } from '../chaos/lib/databases.mjs';
import { untilJoined } from '../chaos/lib/joined.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { broker as aBroker } from '../support/brokers.mjs';
import { privatePostgres } from '../support/postgres.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NODES = ['node-1', 'node-2'];
/** As for one process (test/clients/harness/server.py): small, so that lists have several pages. */
const MAX_LIMIT = 25;

async function succeeds(argv, environment = {}) {
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}

/** Jest starts its own replica and node for each server of a suite. */
function replayOver(broker, database) {
  const environment = { TEST_ROLE: 'split', TEST_TRANSPORT: broker.url, TEST_DATABASE: database.url };
  return succeeds(
    [process.execPath, 'node_modules/jest/bin/jest.js', 'test/parity/parity.spec.ts'],
    environment,
  );
}

async function clientsOver(broker, database, folder) {
  const url = await emptyDatabase(database.url);
  const start = async (name, settings) => {
    const shared = {
      DATABASE_URL: url,
      CLINKER_TRANSPORT_URL: broker.url,
      CLINKER_MAX_LIMIT: String(MAX_LIMIT),
    };
    const server = new ServerProcess(
      {
        ...shared,
        CLINKER_DATA_FOLDER: join(folder, name),
        CLINKER_RESPONSE_VALIDATION: 'error',
        ...settings,
      },
      { logFile: join(folder, `${name}.log`) },
    );
    return server.address;
  };
  for (const name of NODES) {
    const backends = [{ name: `disk-${name}`, driver: 'fake' }];
    const settings = { CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: name };
    await start(name, { ...settings, CLINKER_BACKENDS: JSON.stringify(backends) });
  }
  const replica = await start('replica', { CLINKER_ROLE: 'api' });
  await untilJoined(replica, NODES.length);
  const limit = ['--max-limit', String(MAX_LIMIT)];
  return succeeds(['/usr/bin/python3', 'test/clients/run.py', '--url', replica, ...limit]);
}

const folder = await mkdtemp(join(tmpdir(), 'clinker-roles-'));
const database = await privatePostgres();
try {
  for (const [transport, prove] of [
    ['nats', replayOver],
    ['rabbitmq', clientsOver],
  ]) {
    const broker = await aBroker(transport);
    try {
      await broker.start();
      console.log(`== over ${transport}`);
      if (!(await prove(broker, database, folder))) {
        console.log(`FAILED over ${transport}`);
        process.exitCode = 1;
      }
    } finally {
      await ServerProcess.killAll();
      await broker.stop();
    }
  }
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
