/**
 * npm run test:notifications: Debian's RabbitMQ and oslo.messaging's own listener get Cinder's notifications. The broker is
 * killed, goes silent, and is reached over TLS; the server is killed. Nothing may be missing, and each volume's
 * notifications are in order.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, connectorOf } from '../chaos/lib/client.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { Checks } from '../dataplane/checks.mjs';
import { until } from '../dataplane/until.mjs';
import { RabbitMq } from './rabbitmq.mjs';

const CONSUMER = fileURLToPath(new URL('consumer.py', import.meta.url));
const PYTHON = '/usr/bin/python3';

const LIFE = ['create', 'attach', 'detach'].flatMap((what) => [`volume.${what}.start`, `volume.${what}.end`]);

/** Longest time for an answer of the broker here. */
const PATIENCE_MS = 1_000;

if (spawnSync(PYTHON, ['-c', 'import oslo_messaging']).status !== 0) {
  console.log(
    'FAILED: there is no oslo.messaging; install the packages python3-oslo.messaging and rabbitmq-server',
  );
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), 'clinker-notifications-'));
const rabbit = await RabbitMq.create(join(folder, 'rabbitmq'));
try {
  await rabbit.start();
} catch (error) {
  await rabbit.remove();
  throw error;
}

/** First copies of what the consumer got, in their order. */
const received = new Map();
const consumer = spawn(PYTHON, [CONSUMER, `rabbit://guest:guest@127.0.0.1:${rabbit.port}/`], {
  // It tells of each message that it has had.
  stdio: ['ignore', 'pipe', 'ignore'],
});
createInterface({ input: consumer.stdout }).on('line', (line) => {
  const { id, ...notification } = JSON.parse(line);
  if (!received.has(id)) received.set(id, notification);
});

let server;
function start(url) {
  server = new ServerProcess(
    {
      CLINKER_DATA_FOLDER: folder,
      CLINKER_NOTIFICATION_URL: url,
      CLINKER_NOTIFICATION_DURABLE: 'true',
      CLINKER_NOTIFICATION_TIMEOUT_MS: String(PATIENCE_MS),
      NODE_EXTRA_CA_CERTS: rabbit.certificate,
    },
    { logFile: join(folder, 'server.log') },
  );
  return server.address;
}
const plainUrl = `amqp://guest:guest@127.0.0.1:${rabbit.port}/`;
await start(plainUrl);

/** Attaches and detaches a new volume. @param attached awaited in between. @returns its id. */
async function live(attached = () => Promise.resolve()) {
  const client = new Client(await server.address, 'notified');
  const volume = (await client.createVolume('data')).body.volume.id;
  await until('the volume is available', async () => {
    const { status } = (await client.send('GET', `/volumes/${volume}`)).body.volume;
    return status === 'available' ? status : null;
  });
  const attachment = (await client.create(volume, randomUUID())).body.attachment.id;
  assert.equal((await client.update(attachment, connectorOf('node-1'))).status, 200);
  assert.equal((await client.complete(attachment)).status, 204);
  await attached(volume);
  assert.equal((await client.delete(attachment)).status, 200);
  return volume;
}

const of = (volume) => [...received.values()].filter(({ payload }) => payload.volume_id === volume);

async function untilTold(volume) {
  await until(`all notifications of ${volume}`, async () => (of(volume).length >= LIFE.length ? true : null));
  assert.deepEqual(
    of(volume).map(({ type }) => type),
    LIFE,
  );
}

async function tries(outcome) {
  const text = await (
    await fetch(`${await server.address}/metrics`, { headers: { 'X-Auth-Token': 'admin:notified' } })
  ).text();
  return Number(
    new RegExp(`clinker_notifications_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0,
  );
}

const untilRefused = async () => {
  const before = await tries('failed');
  await until('the broker was tried in vain', async () => ((await tries('failed')) > before ? true : null));
};

const checks = new Checks();
const { it } = checks;

it("oslo.messaging's listener gets what Cinder sends", async () => {
  const untilAttached = (volume) =>
    until('the attach was told', async () => (of(volume).length >= 4 ? true : null));
  const volume = await live(untilAttached);
  await untilTold(volume);
  const [, , attaching, attached] = of(volume);
  assert.equal(attaching.publisher, 'volume.clinker@fake');
  assert.equal(attached.payload.status, 'in-use');
  assert.equal(attached.payload.tenant_id, 'notified');
  assert.equal(attached.payload.volume_attachment[0].attached_host, 'node-1');
});

it('a broker that is killed and starts again gets what happened meanwhile', async () => {
  await rabbit.kill();
  const volume = await live();
  await untilRefused();
  await rabbit.start();
  await untilTold(volume);
});

it('a broker that goes silent gets what happened meanwhile', async () => {
  rabbit.signal('SIGSTOP');
  let volume;
  try {
    volume = await live();
    await untilRefused();
  } finally {
    rabbit.signal('SIGCONT');
  }
  await untilTold(volume);
});

it('a server that is killed continues where it was, over TLS', async () => {
  const volume = await live();
  await server.kill();
  await start(`amqps://guest:guest@localhost:${rabbit.tlsPort}/%2F`);
  await untilTold(volume);
  await untilTold(await live());
});

async function end() {
  await server.kill('SIGTERM');
  consumer.kill();
  await rabbit.remove();
}

process.once('SIGTERM', () => void end().finally(() => process.exit(1)));
try {
  process.exitCode = (await checks.run(process.argv[2])) ? 0 : 1;
} finally {
  await end();
}
if (process.exitCode === 0) await rm(folder, { recursive: true, force: true });
else console.log(`see ${folder}`);
