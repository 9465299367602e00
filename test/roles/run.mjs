/**
 * npm run test:roles: what is proven of one process, unchanged against an API replica whose backends are on volume nodes: the
 * recorded answers of a real Cinder over NATS, and OpenStack's clients over RabbitMQ. Then brokers with TLS, and brokers that
 * cannot be used. An argument selects the checks whose titles contain it. Needs postgresql, nats-server, rabbitmq-server,
 * openssl and the packages of test/clients/run.py.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import amqp from 'amqplib';
import { Client, connectorOf } from '../chaos/lib/client.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { Checks } from '../dataplane/checks.mjs';
import { until } from '../dataplane/until.mjs';
import { broker as aBroker } from '../support/brokers.mjs';
import { selfSigned } from '../support/certificate.mjs';
import { privatePostgres } from '../support/postgres.mjs';
import { RoleProcesses } from './processes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As for one process (test/clients/harness/server.py): small, so that lists have several pages. */
const MAX_LIMIT = '25';
const QUEUE = 'clinker.work.node-1';
const WRONG_PASSWORD = 'wrong-secret-9';

// The brokers are in process groups of their own, to which a signal to this one does not come.
const brokers = new Set();
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, async () => {
    await Promise.allSettled([...brokers].map((broker) => broker.stop()));
    await ServerProcess.killAll();
    await database.stop();
    process.exit(1);
  });

const folder = await mkdtemp(join(tmpdir(), 'clinker-roles-'));
const database = await privatePostgres();
const checks = new Checks();
const { describe, it } = checks;

async function succeeds(argv, environment = {}) {
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
}

/** Gives a running broker to `prove`. */
async function withBroker(kind, certificate, prove) {
  const broker = await aBroker(kind, certificate);
  brokers.add(broker);
  try {
    await broker.start();
    await prove(broker);
  } finally {
    await broker.stop();
    brokers.delete(broker);
  }
}

/** Gives a replica and its nodes, whose broker has that URL, to `prove`. */
async function withProcesses(broker, settings, prove, nodes = ['node-1']) {
  const processes = await RoleProcesses.start({ nodes, broker, database, folder, settings });
  try {
    await prove(processes);
  } finally {
    await processes.end();
  }
}

/** The life of a volume. */
async function live(address) {
  const client = new Client(address, 'roles');
  const volume = (await client.createVolume('data')).body.volume.id;
  await until('the volume is available', async () => {
    const { status } = (await client.send('GET', `/volumes/${volume}`)).body.volume;
    return status === 'available' ? status : null;
  });
  const { status, body } = await client.create(volume, randomUUID(), connectorOf('host-a'));
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await client.complete(body.attachment.id)).status, 204);
  assert.equal((await client.delete(body.attachment.id)).status, 200);
  assert.equal((await client.deleteVolume(volume)).status, 202);
  await until('the volume is gone', async () =>
    (await client.send('GET', `/volumes/${volume}`)).status === 404 ? true : null,
  );
}

const troubles = (lines) =>
  lines.filter((line) => line.includes('the broker cannot be used')).map((line) => JSON.parse(line).msg);

/** Replica and node each name the trouble, once, and all work is done nevertheless. */
async function isNamed({ address, lines }, expected) {
  await live(address);
  for (const name of ['replica', 'node-1']) {
    const told = await until(`${name} tells why`, async () => {
      const soFar = troubles(lines[name]);
      return soFar.length > 0 ? soFar : null;
    });
    assert.equal(told.length, 1, told.join('\n'));
    assert.match(told[0], expected);
  }
}

it('the recorded answers of a real Cinder are those of a replica, over NATS', () =>
  withBroker('nats', null, async (broker) => {
    // Jest starts a replica and a node for each server of the suite.
    const environment = { TEST_ROLE: 'split', TEST_TRANSPORT: broker.url, TEST_DATABASE: database.url };
    const jest = [process.execPath, 'node_modules/jest/bin/jest.js', 'test/parity/parity.spec.ts'];
    await succeeds(jest, environment);
  }));

it("OpenStack's clients find nothing different, over RabbitMQ", () =>
  withBroker('rabbitmq', null, (broker) =>
    withProcesses(
      broker.url,
      { CLINKER_MAX_LIMIT: MAX_LIMIT },
      ({ address }) =>
        succeeds([
          ...['/usr/bin/python3', 'test/clients/run.py'],
          ...['--url', address, '--max-limit', MAX_LIMIT],
        ]),
      ['node-1', 'node-2'],
    ),
  ));

for (const kind of ['nats', 'rabbitmq']) {
  describe(kind, () => {
    it('with TLS and a CA of its own is used without any trouble', async () => {
      const certificate = await selfSigned(folder);
      await withBroker(kind, certificate, (broker) =>
        withProcesses(broker.url, { NODE_EXTRA_CA_CERTS: certificate.certificate }, async (processes) => {
          const { replica, 'node-1': node } = processes.lines;
          await until('the node listens', async () =>
            node.some((line) => line.includes('listening at the broker')) ? true : null,
          );
          await live(processes.address);
          assert.deepEqual([...troubles(replica), ...troubles(node)], []);
        }),
      );
    });

    it('with a certificate of nobody known is named, and all work is done nevertheless', async () => {
      await withBroker(kind, await selfSigned(folder), (broker) =>
        withProcesses(broker.url, {}, async (processes) => {
          await isNamed(processes, /self-signed certificate/);
        }),
      );
    });

    it('that knows another password is named without it, and all work is done nevertheless', async () => {
      await withBroker(kind, null, async (broker) => {
        const url = Object.assign(new URL(broker.url), { password: WRONG_PASSWORD }).href;
        await withProcesses(url, {}, async (processes) => {
          await isNamed(processes, /Authorization Violation|ACCESS-REFUSED/);
          await processes.end();
          assert.equal((await processes.output()).includes(WRONG_PASSWORD), false);
        });
      });
    });
  });
}

it('a queue of RabbitMQ that others have made otherwise is named, and used once it is gone', () =>
  withBroker('rabbitmq', null, async (broker) => {
    const connection = await amqp.connect(broker.url);
    const channel = await connection.createChannel();
    await channel.assertQueue(QUEUE, { durable: false });
    await withProcesses(broker.url, {}, async ({ address, lines }) => {
      await live(address);
      assert.match(troubles(lines['node-1'])[0], /PRECONDITION_FAILED/);
      await channel.deleteQueue(QUEUE);
      await until('the node listens', async () =>
        lines['node-1'].some((line) => line.includes('listening at the broker')) ? true : null,
      );
      await live(address);
    });
    await connection.close();
  }));

try {
  process.exitCode = (await checks.run(process.argv[2])) ? 0 : 1;
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
