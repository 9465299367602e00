/**
 * Two servers on one PostgreSQL or MariaDB and one storage. One of them is killed, or suspended during its work for
 * longer than its lease and then resumed. The other one completes the remaining work, and either may get requests for
 * the same volumes.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Actor } from './lib/actor.mjs';
import { Client, Unanswered } from './lib/client.mjs';
import { dropDatabase, emptyDatabase, SERVERS } from './lib/databases.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { untilIdle } from './lib/idle.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { untilSettled } from './lib/settled.mjs';

const DRIVER = fileURLToPath(new URL('lib/shared-driver.mjs', import.meta.url));
const LEASE_S = 3;
/** Time after which a suspended server certainly counts as dead, and its work has been taken over. */
const STOPPED_MS = LEASE_S * 2500;
/** Longer than the interval until the next comparison of exports. */
const SETTLED_MS = 30_000;
const CALLS = ['createVolume', 'deleteVolume', 'createExport', 'initializeConnection'];
const ENDING = ['terminateConnection', 'removeExport'];

/**
 * Treats failures of a server that was overruled, or waited for the other one in vain, as unanswered: the outcome is
 * unknown. A 500 without a reason is a fault.
 */
class PairClient extends Client {
  async send(method, path, body) {
    const answer = await super.send(method, path, body);
    const { computeFault } = answer.body ?? {};
    if (computeFault?.code === 500 && !/volume|another server/i.test(computeFault.message))
      throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    if (answer.status >= 500) throw new Unanswered(`${method} ${path}: ${answer.status}`);
    return answer;
  }
}

class PairStorm {
  #random;
  #options;
  #url;
  #folder;
  #ledger;
  #readBackend;
  #servers = [];
  #actors = [];
  #shared = [];
  #counts = { kills: 0, stops: 0, interrupted: 0, acknowledged: 0, unanswered: 0 };

  constructor(folder, url, options) {
    this.#folder = folder;
    this.#url = url;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#ledger = new Ledger(url);
    this.#readBackend = fakeBackend(folder);
  }

  async run() {
    await mkdir(join(this.#folder, 'backends', 'fake'), { recursive: true });
    // Concurrently: neither finds the tables created.
    this.#servers = [this.#start(0), this.#start(1)];
    await this.#prepare();
    try {
      for (let round = 0; round < this.#options.kills; round += 1) await this.#round();
      await this.#end();
    } finally {
      for (const server of this.#servers) if (!server.hasEnded) await server.kill();
    }
    return this.#counts;
  }

  #start(number) {
    const latency = Object.fromEntries([...CALLS, ...ENDING].map((call) => [call, 15]));
    const options = { folder: join(this.#folder, 'backends', 'fake'), latency_ms: latency };
    const settings = {
      DATABASE_URL: this.#url,
      CLINKER_DATA_FOLDER: join(this.#folder, `server-${number}`),
      CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: DRIVER, options }]),
      CLINKER_PROCESS_LEASE_S: String(LEASE_S),
      CLINKER_RECONCILE_INTERVAL_S: '1',
    };
    return new ServerProcess(settings, { logFile: join(this.#folder, `server-${number}.log`) });
  }

  async #clients() {
    return Promise.all(this.#servers.map(async (server) => new PairClient(await server.address)));
  }

  async #prepare() {
    const [client] = await this.#clients();
    await client.send('POST', '/types', {
      volume_type: { name: 'shared', extra_specs: { multiattach: '<is> True' } },
    });
    for (let count = 0; count < 3; count += 1) {
      const { body } = await client.createVolume(`shared-${count}`, 'shared');
      this.#shared.push(body.volume.id);
    }
    await untilIdle(this.#ledger);
    for (let count = 0; count < this.#options.clients; count += 1) {
      const options = { random: this.#random.fork(), shared: this.#shared, counts: this.#counts };
      this.#actors.push(new Actor(`client-${count}`, options));
    }
  }

  async #round() {
    const clients = await this.#clients();
    const stop = { now: false };
    const working = this.#actors.map((actor) => actor.work(this.#random.pick(clients), stop));
    await sleep(100 + this.#random.next() * 1000);
    const victim = this.#random.below(2);
    await (this.#random.chance(0.5) ? this.#kill(victim) : this.#stop(victim));
    stop.now = true;
    await Promise.all(working);
    if (this.#servers[victim].hasEnded) this.#servers[victim] = this.#start(victim);
    await this.#verify();
  }

  async #kill(victim) {
    this.#counts.kills += 1;
    await this.#servers[victim].kill();
    this.#counts.interrupted += (await this.#ledger.read()).operations.length;
  }

  /** The other server keeps serving, and considers the suspended server's work abandoned. */
  async #stop(victim) {
    this.#counts.stops += 1;
    this.#servers[victim].signal('SIGSTOP');
    await sleep(STOPPED_MS);
    this.#servers[victim].signal('SIGCONT');
  }

  async #end() {
    const [client] = await this.#clients();
    for (const actor of this.#actors) await actor.leave(client);
    for (const id of this.#shared) await client.deleteVolume(id);
    await this.#verify();
    const left = await this.#ledger.read();
    if (left.volumes.length > 0) throw new Error(`${left.volumes.length} volumes are left over`);
  }

  /** The next comparison of exports, not a journal entry alone, finds late effects of a suspended server. */
  async #verify() {
    await untilSettled({
      ledger: this.#ledger,
      readBackend: this.#readBackend,
      actors: this.#actors,
      shared: this.#shared,
      counts: this.#counts,
      withinMs: SETTLED_MS,
    });
  }
}

/**
 * Runs a storm with two servers on PostgreSQL, then one on MariaDB; both must be running.
 * @param options kills (and suspensions, half of each) on each of them, seed.
 * @returns the counts of the runs.
 */
export async function pairStorms(options) {
  const counts = {};
  for (const [name, database] of Object.entries(SERVERS))
    counts[name] = await pairStorm({ ...options, database });
  return counts;
}

/**
 * Runs a storm with two servers.
 * @param options database (URL of a PostgreSQL or MariaDB server, on which a database is created), kills, seed,
 * clients.
 * @returns the counts of the run.
 */
export async function pairStorm({ database, seed, kills, clients = 12 }) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-pair-'));
  console.log(`pair storm: ${kills} kills and stops, ${clients} clients, seed ${seed}, data in ${folder}`);
  const url = await emptyDatabase(database);
  const counts = await new PairStorm(folder, url, { seed, kills, clients }).run();
  // A failed storm keeps its data for analysis.
  await dropDatabase(database, url);
  await rm(folder, { recursive: true, force: true });
  return counts;
}
