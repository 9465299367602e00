/**
 * API replicas and volume nodes on one PostgreSQL, over NATS and over RabbitMQ, each process on a machine of its own. Several
 * faults at a time: processes killed and stopped, links cut and slow, the broker restarted and emptied, the database
 * restarted, clocks apart. Clients use all replicas meanwhile; once everything is mended, the records must agree.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { broker as aBroker } from '../support/brokers.mjs';
import { Actor } from './lib/actor.mjs';
import { Unanswered } from './lib/client.mjs';
import { emptyDatabase } from './lib/databases.mjs';
import { AnswerJudge, FleetClient } from './lib/fleet-client.mjs';
import { aFault } from './lib/fleet-faults.mjs';
import { FleetMachines, LEASE_S, LIMITS_MS } from './lib/fleet-machines.mjs';
import { bestStorage } from './lib/fleet-storages.mjs';
import { untilIdle } from './lib/idle.mjs';
import { untilJoined } from './lib/joined.mjs';
import { Ledger } from './lib/ledger.mjs';
import { PrivatePostgres } from '../support/postgres.mjs';
import { Random } from './lib/random.mjs';
import { untilSettled } from './lib/settled.mjs';

/** The limit of docs/operations/roles.md; the slack is for a busy machine. */
const ANSWERED_MS = LEASE_S * 1000 + LIMITS_MS.NODE_DEADLINE;
const SLACK_MS = 2500;
/** What a silent database adds (docs/operations/database.md#limits-of-the-database). */
const DATABASE_MS =
  LIMITS_MS.DATABASE_WAIT_TIMEOUT + LIMITS_MS.DATABASE_CONNECT_TIMEOUT + LIMITS_MS.DATABASE_ANSWER_TIMEOUT;
const SETTLED_MS = 30_000;
/** Longer than a client repeats what it may repeat. */
const CLIENTS_MS = 120_000;
const PAUSE_MS = 300;
const SHARED = 3;
const LEAVES = 5;

class FleetStorm {
  #options;
  #folder;
  #random;
  #services;
  #machines;
  #ledger;
  #judge = new AnswerJudge();
  #actors = [];
  #shared = [];
  #counts = { faults: 0, rounds: 0, acknowledged: 0, unanswered: 0, interrupted: 0, kinds: {} };

  /** @param services the database, the broker, and the URL of the database that the fleet uses. */
  constructor(folder, services, options) {
    this.#folder = folder;
    this.#services = services;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#ledger = new Ledger(services.url);
    this.#machines = new FleetMachines(folder, options.storage);
  }

  async run() {
    try {
      await this.#prepare();
      while (this.#counts.faults < this.#options.faults) await this.#round();
      await this.#end();
    } catch (error) {
      const ends = this.#machines.all.flatMap(({ unexpected }) => unexpected);
      throw new Error([error.message, ...ends, this.#told()].join('\n'), { cause: error });
    } finally {
      for (const reason of await this.#machines.remove()) console.log(`FAILED to remove: ${reason.message}`);
    }
    return this.#counts;
  }

  #told() {
    return `${this.#options.transport} and ${this.#options.storage}, seed ${this.#options.seed}, ${this.#folder}, ${JSON.stringify(this.#counts)}`;
  }

  async #prepare() {
    await this.#machines.start({ database: this.#services.url, broker: this.#services.broker.url });
    const { replicas, nodes } = this.#machines;
    for (const { base } of replicas) await untilJoined(base, nodes.length);
    const client = this.#client();
    await client.send('POST', '/types', {
      volume_type: { name: 'shared', extra_specs: { multiattach: '<is> True' } },
    });
    for (let count = 0; count < SHARED; count += 1) this.#shared.push(await aSharedVolume(client, count));
    await untilIdle(this.#ledger);
  }

  #client() {
    return new FleetClient(this.#machines.replicas, this.#random.fork(), this.#judge);
  }

  /** Some faults at a time, each at another target; then all is mended, and judged. */
  async #round() {
    const { broker, database } = this.#services;
    const targets = [...this.#machines.all, broker, database];
    const victims = this.#someOf(targets).map((target) => {
      const kind = target === broker ? this.#options.transport : target === database ? 'database' : 'machine';
      return { target, fault: aFault(kind, this.#random), random: this.#random.fork() };
    });
    this.#judge.limitMs = ANSWERED_MS + SLACK_MS + (victims.some(touchesDatabase) ? DATABASE_MS : 0);
    const stop = { now: false };
    const idle = [...this.#actors];
    const working = Promise.all(
      Array.from({ length: this.#options.clients }, () => this.#keepWorking(idle, stop)),
    );
    working.catch(() => undefined);
    await Promise.all(victims.map((victim) => this.#inflict(victim)));
    this.#counts.interrupted += (await this.#ledger.read()).operations.length;
    stop.now = true;
    await orThrow(working, CLIENTS_MS, 'a client still waits');
    this.#counts.rounds += 1;
    await this.#verify();
    // Those that others have replaced.
    await this.#dismissBeyond(this.#options.clients);
    console.log(
      `fleet ${this.#options.transport}: ${this.#counts.faults} faults, longest ${this.#judge.longestMs} ms`,
    );
  }

  #someOf(targets) {
    const left = [...targets];
    const count = Math.min(3 + this.#random.below(4), this.#options.faults - this.#counts.faults);
    return Array.from({ length: count }, () => left.splice(this.#random.below(left.length), 1)[0]);
  }

  async #inflict({ target, fault: { name, inflict }, random }) {
    await sleep(random.next() * 3000);
    await inflict(target, { random, leaseMs: LEASE_S * 1000, nodes: this.#machines.nodes });
    this.#counts.faults += 1;
    this.#counts.kinds[name] = (this.#counts.kinds[name] ?? 0) + 1;
  }

  /** A client whose request was not answered has to wait for the verdict; another one continues in its place. */
  async #keepWorking(idle, stop) {
    const client = this.#client();
    while (!stop.now) {
      const actor = idle.pop() ?? this.#newActor();
      await actor.work(client, stop);
      await sleep(PAUSE_MS);
    }
  }

  #newActor() {
    const options = { random: this.#random.fork(), shared: this.#shared, counts: this.#counts };
    const actor = new Actor(`client-${this.#actors.length}`, options);
    this.#actors.push(actor);
    return actor;
  }

  /** Lets all clients but some go. Whoever is not answered needs another verdict before it goes on. */
  async #dismissBeyond(kept) {
    for (let tries = 0; this.#actors.length > kept; tries += 1) {
      if (tries === LEAVES) throw new Error('clients cannot leave although everything is mended');
      await this.#dismiss(this.#actors.slice(kept));
      await this.#verify();
    }
  }

  /** Lets clients go that are answered. */
  async #dismiss(actors) {
    const client = this.#client();
    const haveLeft = await Promise.all(
      actors.map(async (actor) => {
        try {
          await actor.leave(client);
          return true;
        } catch (error) {
          if (error instanceof Unanswered) return false;
          throw error;
        }
      }),
    );
    const gone = actors.filter((_, index) => haveLeft[index]);
    const faults = gone.flatMap((actor) => actor.faults);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    this.#actors = this.#actors.filter((actor) => !gone.includes(actor));
  }

  async #end() {
    await this.#dismissBeyond(0);
    const client = this.#client();
    for (const id of this.#shared.splice(0)) await client.deleteVolume(id);
    await this.#verify();
    const { volumes } = await this.#ledger.read();
    if (volumes.length > 0) throw new Error(`${volumes.length} volumes are left over`);
    const { answers, refusals, longestMs } = this.#judge;
    Object.assign(this.#counts, { answers, refusals, longestMs });
  }

  async #verify() {
    const stores = this.#machines.stores;
    await untilSettled({
      ledger: this.#ledger,
      readBackend: async () => {
        const read = await Promise.all(stores.map((store) => store.read()));
        return new Map(read.flatMap((volumes) => [...volumes]));
      },
      actors: this.#actors,
      shared: this.#shared,
      counts: this.#counts,
      withinMs: SETTLED_MS,
    });
    const held = await Promise.all(
      stores.map(async ({ backend, read }) => ({ backend, volumes: await read() })),
    );
    const findings = [
      ...misplaced((await this.#ledger.read()).volumes, held),
      ...this.#judge.findings,
      ...this.#machines.all.flatMap(({ unexpected }) => unexpected),
    ];
    if (findings.length > 0) throw new Error(findings.join('\n'));
  }
}

const touchesDatabase = ({ fault: { name } }) =>
  ['database killed', 'link cut', 'isolated', 'links slow'].includes(name);

/** Volumes that are on another node than the one that their rows name. */
function misplaced(volumes, held) {
  return volumes.flatMap(({ id, backend }) =>
    held
      .filter((store) => store.volumes.has(id) !== (store.backend === backend))
      .map(
        (store) => `volume ${id} of ${backend} is ${store.volumes.has(id) ? '' : 'not '}on ${store.backend}`,
      ),
  );
}

/** Until the nodes have joined there is no place for it. */
async function aSharedVolume(client, number) {
  for (const endAt = Date.now() + SETTLED_MS; ; await sleep(PAUSE_MS)) {
    const { status, body } = await client.createVolume(`shared-${number}`, 'shared');
    if (status === 202) return body.volume.id;
    if (Date.now() > endAt) throw new Error(`a volume is not created: ${JSON.stringify(body)}`);
  }
}

async function orThrow(work, withinMs, what) {
  let timer;
  const timeUp = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} after ${withinMs} ms`)), withinMs);
  });
  await Promise.race([work, timeUp]).finally(() => clearTimeout(timer));
}

/**
 * Runs a storm over each transport, with a PostgreSQL and brokers of its own.
 * @param options faults on each transport, transport (`nats`, `rabbitmq` or `both`), seed, storage of the nodes (`lvm` with tgt, or
 * `fake`; default: what the machine has).
 * @returns the counts of the runs.
 */
export async function fleet({ faults, transport = 'both', seed, clients = 12, storage = bestStorage() }) {
  const counts = {};
  for (const kind of transport === 'both' ? ['nats', 'rabbitmq'] : [transport])
    counts[kind] = await fleetStorm({ faults, transport: kind, seed, clients, storage });
  return counts;
}

async function fleetStorm(options) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-fleet-'));
  const { transport, faults, clients, seed, storage } = options;
  console.log(
    `fleet: ${faults} faults over ${transport} and ${storage}, ${clients} clients, seed ${seed}, data in ${folder}`,
  );
  const database = await PrivatePostgres.create();
  const broker = await aBroker(transport);
  try {
    await database.start();
    await broker.start();
    const url = await emptyDatabase(database.url);
    const counts = await new FleetStorm(folder, { database, broker, url }, options).run();
    // A failed storm keeps its data for analysis.
    await rm(folder, { recursive: true, force: true });
    return counts;
  } finally {
    await broker.stop();
    await database.stop();
  }
}
