/**
 * Sets the clock of the server's host an hour or a day forward or back while clients attach and detach. Also runs two
 * servers on a database with clocks a day apart. Nothing may be lost, stuck, or deleted early by the database's clock.
 * Acknowledgements, rows and backend are judged as in the storms. On SQLite a stream and a webhook get all events meanwhile: none
 * may be missing, and their order is that of the commits, whatever their times.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClockPair } from './clock-pair.mjs';
import { Actor } from './lib/actor.mjs';
import { Client, connectorOf } from './lib/client.mjs';
import { dropDatabase, emptyDatabase, SERVERS } from './lib/databases.mjs';
import { EventWitness } from './lib/event-witness.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { DAY_S, HOUR_S, HostClock } from './lib/host-clock.mjs';
import { untilIdle } from './lib/idle.mjs';
import { faultsIn } from './lib/invariants.mjs';
import { aVolume, FAULTS, Keepsakes, LIFE, eventsOf } from './lib/keepsakes.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';

/** An hour forward, a day forward, an hour back, and right again. */
const STEPS = [HOUR_S, DAY_S, -HOUR_S, -DAY_S];
const CALLS = ['createVolume', 'deleteVolume', 'createExport', 'initializeConnection', 'terminateConnection'];
/** Longer than all steps together: nothing of the clients may expire. */
const LONG_S = String(300 * DAY_S);

class ClockSteps {
  #folder;
  #options;
  #random;
  #clock;
  #ledger;
  #readBackend;
  #server;
  #actors = [];
  #shared = [];
  #keepsakes;
  #witness = new EventWitness();
  #counts = { steps: 0, acknowledged: 0, unanswered: 0 };

  constructor(folder, options) {
    this.#folder = folder;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#clock = new HostClock(folder, 'host');
    this.#ledger = new Ledger(`sqlite:${join(folder, 'clinker.sqlite')}`);
    this.#readBackend = fakeBackend(folder);
  }

  async run() {
    try {
      return await this.#run();
    } finally {
      await this.#witness.stop();
    }
  }

  async #run() {
    this.#server = this.#start(await this.#witness.settings());
    const address = await this.#server.address;
    this.#witness.follow(address);
    const client = new Client(address);
    this.#keepsakes = await Keepsakes.make(client);
    const multiattach = { name: 'shared', extra_specs: { multiattach: '<is> True' } };
    await client.send('POST', '/types', { volume_type: multiattach });
    this.#shared = [await aVolume(client, 'shared'), await aVolume(client, 'shared')];
    for (let count = 0; count < this.#options.clients; count += 1) {
      const options = { random: this.#random.fork(), shared: this.#shared, counts: this.#counts };
      this.#actors.push(new Actor(`client-${count}`, options));
    }
    for (let round = 0; round < this.#options.rounds; round += 1)
      await this.#step(client, STEPS[round % STEPS.length]);
    await this.#end(client);
    return this.#counts;
  }

  #start(more) {
    const latency = Object.fromEntries(CALLS.map((call) => [call, 15]));
    const options = { latency_ms: latency, faults: FAULTS };
    return new ServerProcess(
      {
        ...this.#clock.settings,
        ...more,
        CLINKER_DATA_FOLDER: this.#folder,
        CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: 'fake', options }]),
        CLINKER_RECONCILE_INTERVAL_S: '1',
        CLINKER_RESERVATION_TTL_S: LONG_S,
        CLINKER_MESSAGE_TTL_S: LONG_S,
        CLINKER_IDEMPOTENCY_KEY_TTL_S: String(30 * DAY_S),
        CLINKER_HISTORY_RETENTION_DAYS: '300',
      },
      { logFile: join(this.#folder, 'server.log') },
    );
  }

  async #step(client, seconds) {
    const life = await this.#beginLife(client);
    const stop = { now: false };
    const working = this.#actors.map((actor) => actor.work(client, stop));
    await sleep(100 + this.#random.next() * 400);
    this.#clock.set(this.#clock.offsetS + seconds);
    this.#counts.steps += 1;
    await sleep(100 + this.#random.next() * 400);
    stop.now = true;
    await Promise.all(working);
    const faults = [...(await this.#endLife(client, life)), ...(await this.#keepsakes.lost(client))];
    await this.#verify(client, faults);
  }

  /** Creates an attachment that is in progress when the clock is set. */
  async #beginLife(client) {
    const volume = await aVolume(client);
    const id = (await client.create(volume, randomUUID())).body.attachment.id;
    await client.update(id, connectorOf('life'));
    return { volume, id };
  }

  /** @returns the faults in its history, and in the times after the step. */
  async #endLife(client, { volume, id }) {
    await client.complete(id);
    await client.delete(id);
    const events = await eventsOf(client, id);
    const faults = [];
    const told = events.map(({ id: number, event }) => `${number} ${event}`).join();
    if (told !== LIFE.map((event, index) => `${index + 1} ${event}`).join())
      faults.push(`a life was reported as ${told}`);
    const later = await aVolume(client);
    const { created_at: createdAt } = (await client.send('GET', `/volumes/${later}`)).body.volume;
    for (const [what, time] of [
      ['an event', events.at(-1)?.at],
      ['a new volume', createdAt],
    ])
      if (!this.#clock.isNow(time))
        faults.push(`${what} is dated ${time}, with a clock that is ${this.#clock.offsetS} s off`);
    for (const gone of [volume, later]) await client.deleteVolume(gone);
    return faults;
  }

  async #verify(client, found = []) {
    await untilIdle(this.#ledger);
    const state = await this.#ledger.read();
    const explained = new Set([...this.#shared, ...(this.#keepsakes?.volumes ?? [])]);
    for (const actor of this.#actors) actor.reconcile(state, explained);
    const strangers = state.volumes
      .filter(({ id }) => !explained.has(id))
      .map(({ id }) => `volume ${id} is unknown to the test`);
    const all = [
      ...found,
      ...strangers,
      ...this.#actors.flatMap(({ faults }) => faults),
      ...faultsIn(state, await this.#readBackend()),
      ...(await misread(client, state)),
    ];
    if (all.length > 0) throw new Error(`after ${JSON.stringify(this.#counts)}:\n${all.join('\n')}`);
  }

  async #end(client) {
    for (const actor of this.#actors) await actor.leave(client);
    await this.#keepsakes.remove(client);
    this.#keepsakes = undefined;
    for (const id of this.#shared) await client.deleteVolume(id);
    await untilIdle(this.#ledger);
    await this.#verify(client, await this.#witness.faults(this.#ledger));
    const left = await this.#ledger.read();
    if (left.volumes.length > 0) throw new Error(`${left.volumes.length} volumes are left over`);
    await this.#server.kill('SIGTERM');
  }
}

/** @returns the pages of volumes and attachments that do not show every row exactly once, while nothing changes. */
async function misread(client, state) {
  const faults = [];
  for (const resource of ['volumes', 'attachments']) {
    const seen = [];
    for (let marker = ''; marker !== undefined;) {
      const { body } = await client.send('GET', `/${resource}?limit=3${marker && `&marker=${marker}`}`);
      const ids = body[resource].map(({ id }) => id);
      seen.push(...ids);
      marker = ids.length < 3 ? undefined : ids.at(-1);
    }
    const there = state[resource].map(({ id }) => id).sort();
    if (seen.sort().join() !== there.join())
      faults.push(`pages of ${resource} show ${seen.length} of ${there.length} rows`);
  }
  return faults;
}

/**
 * Sets the clock of one server on SQLite, and those of two servers on PostgreSQL and on MariaDB, which must be running.
 * @param options rounds (clock steps on SQLite; half as many on each pair), seed, clients.
 * @returns the counts of the run.
 */
export async function clock({ seed, rounds, clients = 8 }) {
  const parts = {
    sqlite: (folder) => new ClockSteps(folder, { seed, rounds, clients }).run(),
    ...Object.fromEntries(
      Object.entries(SERVERS).map(([name, database]) => [
        name,
        (folder) => pairOn(database, folder, { seed, rounds: Math.ceil(rounds / 2), clients }),
      ]),
    ),
  };
  // In parallel: most of the time they wait for the servers' next expiry run.
  const outcomes = await Promise.allSettled(Object.values(parts).map(inFolder));
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return Object.fromEntries(Object.keys(parts).map((name, index) => [name, outcomes[index].value]));
}

async function pairOn(database, folder, options) {
  const url = await emptyDatabase(database);
  const counts = await new ClockPair(folder, url, options).run();
  await dropDatabase(database, url);
  return counts;
}

/** Runs `work` in a temporary folder, which is kept for analysis when it fails. */
async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-clock-'));
  console.log(`clock: data in ${folder}`);
  const result = await work(folder);
  await rm(folder, { recursive: true, force: true });
  return result;
}
