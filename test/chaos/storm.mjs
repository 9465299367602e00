/**
 * Many clients attach and detach while the server is killed with SIGKILL at random points, repeatedly. After each
 * restart, everything acknowledged must exist, nothing may be stuck, and backend and database must agree.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Actor } from './lib/actor.mjs';
import { Client } from './lib/client.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { untilIdle } from './lib/idle.mjs';
import { faultsIn } from './lib/invariants.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { unexplained } from './lib/settled.mjs';

const FAKE = {
  name: 'fake',
  driver: 'fake',
  options: {
    // Latencies, so that kills also hit driver calls.
    latency_ms: {
      createVolume: 5,
      deleteVolume: 5,
      createExport: 5,
      initializeConnection: 5,
      terminateConnection: 5,
      removeExport: 5,
    },
  },
};

class Storm {
  #random;
  #options;
  #settings;
  #ledger;
  #readBackend;
  #actors = [];
  #shared = [];
  #counts = {
    kills: 0,
    whileStarting: 0,
    whileRecovering: 0,
    interrupted: 0,
    acknowledged: 0,
    unanswered: 0,
  };

  constructor(folder, options) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#settings = {
      CLINKER_DATA_FOLDER: folder,
      CLINKER_BACKENDS: JSON.stringify([options.backend ?? FAKE]),
    };
    this.folder = folder;
    this.#ledger = new Ledger(`sqlite:${join(folder, 'clinker.sqlite')}`);
    this.#readBackend = options.readBackend ?? fakeBackend(folder);
  }

  async run() {
    await this.#prepare();
    while (this.#counts.kills < this.#options.kills) {
      await this.#round();
      if (this.#counts.kills % 20 === 0) console.log(`  ${JSON.stringify(this.#counts)}`);
    }
    await this.#end();
    return this.#counts;
  }

  /** Creates the shared volumes. */
  async #prepare() {
    const server = this.#start();
    const client = new Client(await server.address);
    await client.send('POST', '/types', {
      volume_type: { name: 'shared', extra_specs: { multiattach: '<is> True' } },
    });
    for (let count = 0; count < this.#options.shared; count += 1) {
      const { body } = await client.createVolume(`shared-${count}`, 'shared');
      this.#shared.push(body.volume.id);
    }
    await untilIdle(this.#ledger);
    await server.kill('SIGTERM');
    for (let count = 0; count < this.#options.clients; count += 1) {
      const options = { random: this.#random.fork(), shared: this.#shared, counts: this.#counts };
      this.#actors.push(new Actor(`client-${count}`, options));
    }
  }

  async #round() {
    if (this.#random.chance(0.05)) {
      const server = this.#start();
      await sleep(this.#random.next() * 2000);
      await this.#kill(server, 'whileStarting');
    }
    if (this.#random.chance(0.2)) {
      const server = this.#start();
      await server.address;
      await sleep(this.#random.next() * 60);
      await this.#kill(server, 'whileRecovering');
    }
    const server = this.#start();
    const client = new Client(await server.address);
    await this.#verify();
    const stop = { now: false };
    const working = this.#actors.map((actor) => actor.work(client, stop));
    await Promise.race([sleep(50 + this.#random.next() * this.#options.longest), Promise.all(working)]);
    stop.now = true;
    await this.#kill(server);
    await Promise.all(working);
    this.#counts.interrupted += (await this.#ledger.read()).operations.length;
  }

  async #end() {
    const server = this.#start();
    const client = new Client(await server.address);
    await this.#verify();
    for (const actor of this.#actors) await actor.leave(client);
    for (const id of this.#shared) await client.deleteVolume(id);
    await this.#verify();
    const left = await this.#ledger.read();
    if (left.volumes.length > 0) throw new Error(`${left.volumes.length} volumes are left over`);
    await server.kill('SIGTERM');
  }

  #start() {
    return new ServerProcess(this.#settings, { logFile: join(this.folder, 'server.log') });
  }

  async #kill(server, when = null) {
    await server.kill();
    this.#counts.kills += 1;
    if (when !== null) this.#counts[when] += 1;
  }

  async #verify() {
    await untilIdle(this.#ledger);
    const state = await this.#ledger.read();
    const faults = [
      ...(this.#actors.length > 0 ? unexplained(state, this.#actors, this.#shared) : []),
      ...faultsIn(state, await this.#readBackend()),
    ];
    if (faults.length > 0) throw new Error(`after ${this.#counts.kills} kills:\n${faults.join('\n')}`);
  }
}

/**
 * Runs a storm; the seed reproduces the random numbers, but not the races.
 * @param options kills, seed, clients, shared (volumes), longest (milliseconds between a start and its kill), and for a
 * backend other than the fake one: backend (as configured) and readBackend (reads its real state).
 * @returns the counts of the run.
 */
export async function storm({ seed, kills, clients = 24, shared = 4, longest = 1500, ...further }) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-storm-'));
  console.log(`storm: ${kills} kills, ${clients} clients, seed ${seed}, data in ${folder}`);
  const counts = await new Storm(folder, { seed, kills, clients, shared, longest, ...further }).run();
  // A failed storm keeps its data for analysis.
  await rm(folder, { recursive: true, force: true });
  return counts;
}
