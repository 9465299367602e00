import { setTimeout as sleep } from 'node:timers/promises';
import amqp from 'amqplib';
import { DAY_S, HOUR_S } from './host-clock.mjs';

const CLOCKS_S = [0, HOUR_S, -HOUR_S, DAY_S, -DAY_S];
const LINKS = [['broker'], ['database'], ['database', 'broker']];

/** The shorter and the longer part of a range around a process's lease. */
const aroundLease = (random, leaseMs) =>
  random.chance(0.5) ? leaseMs * (0.1 + 0.6 * random.next()) : leaseMs * (1.3 + 1.2 * random.next());

async function killed(target, { random }) {
  await target.kill();
  await sleep(random.next() * 2000);
  await target.start();
}

async function stopped(target, { random, leaseMs }) {
  target.stop();
  await sleep(aroundLease(random, leaseMs));
  target.resume();
}

async function cutOff(machine, { random, leaseMs }) {
  const services = random.pick(LINKS);
  machine.cut(services, random.pick(['hold', 'forget']));
  await sleep(aroundLease(random, leaseMs));
  machine.mend(services);
}

async function isolated(machine, { random, leaseMs }) {
  await machine.isolate();
  await sleep(aroundLease(random, leaseMs));
  await machine.join();
}

async function slow(machine, { random }) {
  await machine.slowDown(random.pick(LINKS), 1000 + random.next() * 3000);
}

async function otherTime(machine, { random }) {
  machine.clock.set(random.pick(CLOCKS_S));
}

/** Restarted, it has forgotten everything. */
async function brokerKilled(broker, { random }) {
  await broker.stop();
  await sleep(random.next() * 2000);
  await broker.start();
}

async function brokerSilent(broker, { random, leaseMs }) {
  broker.signal('SIGSTOP');
  await sleep(aroundLease(random, leaseMs));
  broker.signal('SIGCONT');
}

/** The queues of the nodes lose what waits in them. */
async function purged(broker, { nodes }) {
  const connection = await amqp.connect(broker.url);
  for (const { name } of nodes) {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    // There is no queue before the node has listened since the broker's start.
    await channel.purgeQueue(`clinker.work.${name}`).catch(() => undefined);
  }
  await connection.close();
}

/** What happens to a process of the fleet, to the broker, and to the database; with how often of a hundred. */
const FAULTS = {
  machine: [
    ['killed', killed, 30],
    ['stopped', stopped, 30],
    ['link cut', cutOff, 15],
    ['isolated', isolated, 10],
    ['links slow', slow, 8],
    ['clock set', otherTime, 7],
  ],
  nats: [
    ['broker killed', brokerKilled, 60],
    ['broker silent', brokerSilent, 40],
  ],
  rabbitmq: [
    ['broker killed', brokerKilled, 40],
    ['broker silent', brokerSilent, 30],
    ['queues purged', purged, 30],
  ],
  database: [['database killed', killed, 100]],
};

/** Returns a fault of those that can happen to a kind of target: its name, and what does it and mends it again. */
export function aFault(kind, random) {
  let draw = random.below(100);
  for (const [name, inflict, share] of FAULTS[kind]) {
    if (draw < share) return { name, inflict };
    draw -= share;
  }
  throw new Error(`the faults of ${kind} are not a hundred`);
}
