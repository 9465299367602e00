/** Two servers on one PostgreSQL or MariaDB and one storage, with clocks a day apart. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Actor } from './lib/actor.mjs';
import { Client } from './lib/client.mjs';
import { execute } from './lib/databases.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { DAY_S, HOUR_S, HostClock } from './lib/host-clock.mjs';
import { untilIdle } from './lib/idle.mjs';
import { faultsIn } from './lib/invariants.mjs';
import { aVolume, FAULTS, Keepsakes } from './lib/keepsakes.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';

const DRIVER = fileURLToPath(new URL('lib/shared-driver.mjs', import.meta.url));
const LONG_AGO = '2020-01-01T00:00:00.000000';
const TIMEOUT_MS = 60_000;

/** Clock offsets in seconds: of the oldest server, which does the expiry, and of the other one. */
const DIFFERENCES = [
  [DAY_S, 0],
  [-DAY_S, 0],
  [0, DAY_S],
  [0, -DAY_S],
  [HOUR_S, -DAY_S],
  [DAY_S, -DAY_S],
];

export class ClockPair {
  #folder;
  #url;
  #options;
  #random;
  #ledger;
  #readBackend;
  #clocks;
  #servers = [];
  #clients = [];
  #actors = [];
  #keepsakes = [];
  #shared;
  #counts = { differences: 0, releases: 0, acknowledged: 0, unanswered: 0 };

  /** @param url of an empty database. */
  constructor(folder, url, options) {
    this.#folder = folder;
    this.#url = url;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#ledger = new Ledger(url);
    this.#readBackend = fakeBackend(folder);
    this.#clocks = [new HostClock(folder, 'eldest'), new HostClock(folder, 'other')];
  }

  /** @returns the counts of the run. */
  async run() {
    await mkdir(join(this.#folder, 'backends', 'fake'), { recursive: true });
    this.#setClocks(DIFFERENCES[0]);
    await this.#start();
    await this.#prepare();
    for (let round = 0; round < this.#options.rounds; round += 1)
      await this.#live(DIFFERENCES[round % DIFFERENCES.length]);
    await this.#restart();
    await this.#end();
    return this.#counts;
  }

  #setClocks(seconds) {
    this.#clocks.forEach((clock, number) => clock.set(seconds[number]));
  }

  /** Starts one after the other, so that the first is the oldest whatever its clock says. */
  async #start() {
    this.#servers = [];
    this.#clients = [];
    for (const number of [0, 1]) {
      const server = this.#serverOf(number);
      this.#servers.push(server);
      this.#clients.push(new Client(await server.address));
    }
  }

  #serverOf(number) {
    const options = { folder: join(this.#folder, 'backends', 'fake'), faults: FAULTS, latency_ms: {} };
    const settings = {
      ...this.#clocks[number].settings,
      DATABASE_URL: this.#url,
      CLINKER_DATA_FOLDER: join(this.#folder, `server-${number}`),
      CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: DRIVER, options }]),
      CLINKER_RECONCILE_INTERVAL_S: '1',
      CLINKER_RESERVATION_TTL_S: String(HOUR_S),
      CLINKER_MESSAGE_TTL_S: String(HOUR_S),
      CLINKER_IDEMPOTENCY_KEY_TTL_S: String(HOUR_S),
      CLINKER_HISTORY_RETENTION_DAYS: '1',
    };
    return new ServerProcess(settings, { logFile: join(this.#folder, `server-${number}.log`) });
  }

  async #prepare() {
    const [client] = this.#clients;
    const multiattach = { name: 'shared', extra_specs: { multiattach: '<is> True' } };
    await client.send('POST', '/types', { volume_type: multiattach });
    this.#shared = [await aVolume(client, 'shared'), await aVolume(client, 'shared')];
    for (let count = 0; count < this.#options.clients; count += 1) {
      const options = { random: this.#random.fork(), shared: this.#shared, counts: this.#counts };
      this.#actors.push(new Actor(`client-${count}`, options));
    }
  }

  /** Sets the clocks while clients work, and lets the oldest server expire old rows. */
  async #live(seconds) {
    const stop = { now: false };
    const working = this.#actors.map((actor) => actor.work(this.#random.pick(this.#clients), stop));
    await sleep(200 + this.#random.next() * 300);
    this.#setClocks(seconds);
    this.#counts.differences += 1;
    for (const client of this.#clients) this.#keepsakes.push(await Keepsakes.make(client));
    stop.now = true;
    await Promise.all(working);
    // Created after an expiry run has ended: the run that finds the second one covers everything.
    for (let count = 0; count < 2; count += 1) await this.#release();
    await this.#verify();
  }

  /** Checks that a reservation is released which is old by the database's time. */
  async #release() {
    const [client] = this.#clients;
    const volume = await aVolume(client);
    const { id } = (await client.create(volume, randomUUID())).body.attachment;
    await execute(this.#url, `UPDATE attachments SET created_at = '${LONG_AGO}' WHERE id = '${id}'`);
    await until('an old reservation is released', async () => {
      return (await client.send('GET', `/attachments/${id}`)).status === 404;
    });
    this.#counts.releases += 1;
    await client.deleteVolume(volume);
  }

  /** Checks that a start removes expired rows, with an oldest server whose clock is a day ahead. */
  async #restart() {
    for (const server of this.#servers) await server.kill('SIGTERM');
    await execute(
      this.#url,
      `INSERT INTO messages VALUES ('expired', 'p', 'req-1', 'VOLUME_1', 'ERROR', 'x', 'VOLUME', 'v', '${LONG_AGO}', '${LONG_AGO}')`,
    );
    this.#setClocks(DIFFERENCES[0]);
    await this.#start();
    await until('expired rows are removed', async () => {
      return (await this.#ledger.count("messages WHERE id = 'expired'")) === 0;
    });
    await this.#verify();
  }

  async #verify() {
    await untilIdle(this.#ledger);
    const state = await this.#ledger.read();
    const explained = new Set([...this.#shared, ...this.#keepsakes.flatMap(({ volumes }) => volumes)]);
    for (const actor of this.#actors) actor.reconcile(state, explained);
    const faults = [
      ...state.volumes
        .filter(({ id }) => !explained.has(id))
        .map(({ id }) => `volume ${id} is unknown to the test`),
      ...this.#actors.flatMap(({ faults: own }) => own),
      ...faultsIn(state, await this.#readBackend()),
    ];
    for (const client of this.#clients)
      for (const kept of this.#keepsakes) faults.push(...(await kept.lost(client)));
    if (faults.length > 0) throw new Error(`after ${JSON.stringify(this.#counts)}:\n${faults.join('\n')}`);
  }

  async #end() {
    const [client] = this.#clients;
    for (const actor of this.#actors) await actor.leave(client);
    for (const kept of this.#keepsakes.splice(0)) await kept.remove(client);
    for (const id of this.#shared.splice(0)) await client.deleteVolume(id);
    await this.#verify();
    const left = await this.#ledger.read();
    if (left.volumes.length > 0) throw new Error(`${left.volumes.length} volumes are left over`);
    for (const server of this.#servers) await server.kill('SIGTERM');
  }
}

async function until(what, isSo) {
  for (const deadline = Date.now() + TIMEOUT_MS; !(await isSo()); await sleep(50))
    if (Date.now() > deadline) throw new Error(`timed out waiting: ${what}`);
}
