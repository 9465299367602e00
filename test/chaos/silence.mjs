/**
 * The network between a server and its PostgreSQL or MariaDB becomes silent repeatedly under load: data is delivered
 * late, or lost with its connection. Clients must be answered in time, nothing acknowledged may be lost, and afterwards
 * everything must work without a restart. Finally the server must shut down during a silence.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { SilentProxy } from '../support/silent-proxy.mjs';
import { Actor } from './lib/actor.mjs';
import { Client, Unanswered } from './lib/client.mjs';
import { dropDatabase, emptyDatabase, SERVERS } from './lib/databases.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { untilIdle } from './lib/idle.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { untilSettled } from './lib/settled.mjs';

/** A fifth of the defaults. */
const LIMITS_MS = {
  DATABASE_WAIT_TIMEOUT: 2000,
  DATABASE_CONNECT_TIMEOUT: 1000,
  DATABASE_LOCK_TIMEOUT: 1000,
  DATABASE_STATEMENT_TIMEOUT: 2000,
  DATABASE_ANSWER_TIMEOUT: 2400,
  DATABASE_IDLE_TRANSACTION_TIMEOUT: 2000,
  HEALTHCHECK_TIMEOUT: 500,
  SHUTDOWN_GRACE: 6000,
};
/** The limit in docs/operations/database.md; the slack is for a busy machine. */
const ANSWERED_MS =
  LIMITS_MS.DATABASE_WAIT_TIMEOUT + LIMITS_MS.DATABASE_CONNECT_TIMEOUT + LIMITS_MS.DATABASE_ANSWER_TIMEOUT;
const SLACK_MS = 2500;
const SILENT_MS = 4000;
const RECOVERED_MS = 15_000;
const PERIOD_MS = 100;
const CALLS = ['createVolume', 'deleteVolume', 'createExport', 'initializeConnection', 'terminateConnection'];

/** Times every request, and treats 503, sent when the database was unavailable, as unanswered. */
class TimedClient extends Client {
  constructor(base, counts) {
    super(base);
    this.counts = counts;
  }

  async send(method, path, body) {
    const { status, headers, body: answered, ms } = await this.timed(method, path, body);
    if (status !== 503) return { status, headers, body: answered, ms };
    throw new Unanswered(`${method} ${path}: 503`);
  }

  async timed(method, path, body) {
    const startedAt = performance.now();
    const answer = await super.send(method, path, body);
    const ms = performance.now() - startedAt;
    const { status, headers } = answer;
    this.counts.longestMs = Math.max(this.counts.longestMs, Math.round(ms));
    if (ms > ANSWERED_MS + SLACK_MS)
      throw new Error(`${method} ${path} took ${Math.round(ms)} ms: ${status}`);
    if (status > 500 && (status !== 503 || headers.get('Retry-After') === null))
      throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer.body)}`);
    // As in Cinder, a detach that meets another request gets 500.
    if (status === 500 && !/volume/i.test(answer.body?.computeFault?.message ?? ''))
      throw new Error(`${method} ${path}: 500 ${JSON.stringify(answer.body)}`);
    return { ...answer, ms };
  }
}

class SilenceTrial {
  #random;
  #options;
  #folder;
  #proxy;
  #ledger;
  #readBackend;
  #settings;
  #server;
  #actors = [];
  #shared = [];
  #counts = {
    silences: 0,
    acknowledged: 0,
    unanswered: 0,
    answered: 0,
    refused: 0,
    longestMs: 0,
    healthMs: 0,
  };

  constructor(folder, url, options) {
    this.#folder = folder;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#ledger = new Ledger(url);
    this.#readBackend = fakeBackend(folder);
    this.#proxy = new SilentProxy(url);
  }

  async run() {
    const latency = Object.fromEntries(CALLS.map((call) => [call, 15]));
    this.#settings = {
      ...Object.fromEntries(
        Object.entries(LIMITS_MS).map(([name, ms]) => [`CLINKER_${name}_MS`, String(ms)]),
      ),
      DATABASE_URL: await this.#proxy.listen(),
      CLINKER_DATA_FOLDER: this.#folder,
      CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: 'fake', options: { latency_ms: latency } }]),
      CLINKER_RECONCILE_INTERVAL_S: '1',
    };
    this.#start();
    try {
      await this.#prepare();
      for (let round = 0; round < this.#options.silences; round += 1) await this.#round();
      await this.#endWhileSilent();
      await this.#leave();
    } finally {
      if (!this.#server.hasEnded) await this.#server.kill();
      await this.#proxy.close();
    }
    return this.#counts;
  }

  #start() {
    this.#server = new ServerProcess(this.#settings, { logFile: join(this.#folder, 'server.log') });
  }

  async #client() {
    return new TimedClient(await this.#server.address, this.#counts);
  }

  async #prepare() {
    const client = await this.#client();
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
    const client = await this.#client();
    const stop = { now: false };
    const working = this.#actors.map((actor) => actor.work(client, stop));
    await sleep(200 + this.#random.next() * 800);
    await this.#silence(client);
    await this.#untilWell(client);
    stop.now = true;
    await Promise.all(working);
    await this.#verify();
    this.#proxy.bury();
  }

  /** Sends all kinds of requests during a silence: each must be answered or refused in time. */
  async #silence(client) {
    this.#counts.silences += 1;
    this.#proxy.fallSilent(this.#random.pick(['hold', 'forget']));
    const asked = [];
    for (const endAt = performance.now() + SILENT_MS; performance.now() < endAt; await sleep(PERIOD_MS)) {
      const volume = this.#random.pick(this.#shared);
      asked.push(
        this.#ask(client, 'GET', `/volumes/${volume}`),
        this.#ask(client, 'GET', '/volumes/detail'),
        this.#ask(client, 'GET', '/attachments?limit=5'),
        this.#ask(client, 'PUT', `/volumes/${volume}`, { volume: { description: 'asked' } }),
        this.#askForHealth(client, [200, 503]),
      );
    }
    await this.#askForHealth(client, [503]);
    this.#proxy.speak();
    await Promise.all(asked);
  }

  async #ask(client, method, path, body) {
    const { status } = await client.timed(method, path, body);
    if (![200, 503].includes(status))
      throw new Error(`${method} ${path}: ${status} while the database is silent`);
    this.#counts[status === 200 ? 'answered' : 'refused'] += 1;
  }

  async #askForHealth(client, allowed) {
    const startedAt = performance.now();
    const { status } = await fetch(`${client.base}/healthcheck`, { signal: AbortSignal.timeout(30_000) });
    const ms = performance.now() - startedAt;
    this.#counts.healthMs = Math.max(this.#counts.healthMs, Math.round(ms));
    if (ms > LIMITS_MS.HEALTHCHECK_TIMEOUT + SLACK_MS)
      throw new Error(`the health check took ${Math.round(ms)} ms`);
    if (!allowed.includes(status)) throw new Error(`the health check returned ${status}`);
    return status;
  }

  async #untilWell(client) {
    for (const deadline = performance.now() + RECOVERED_MS; ; await sleep(PERIOD_MS)) {
      const isWell = (await this.#askForHealth(client, [200, 503])) === 200;
      if (isWell && (await client.timed('GET', `/volumes/${this.#shared[0]}`)).status === 200) return;
      if (performance.now() > deadline) throw new Error('the server does not reconnect to its database');
    }
  }

  async #endWhileSilent() {
    const client = await this.#client();
    const stop = { now: false };
    const working = this.#actors.map((actor) => actor.work(client, stop));
    await sleep(500);
    this.#proxy.fallSilent('forget');
    await sleep(300);
    const startedAt = performance.now();
    await this.#server.kill('SIGTERM');
    const ms = Math.round(performance.now() - startedAt);
    this.#counts.endedMs = ms;
    if (ms > LIMITS_MS.SHUTDOWN_GRACE + SLACK_MS) throw new Error(`SIGTERM took ${ms} ms`);
    stop.now = true;
    await Promise.all(working);
    this.#proxy.speak();
    this.#proxy.bury();
    this.#start();
    await this.#untilWell(await this.#client());
    await this.#verify();
  }

  async #leave() {
    const client = await this.#client();
    for (const actor of this.#actors) await actor.leave(client);
    for (const id of this.#shared) await client.deleteVolume(id);
    await this.#verify();
    const left = await this.#ledger.read();
    if (left.volumes.length > 0) throw new Error(`${left.volumes.length} volumes are left over`);
  }

  /** Locks of forgotten connections end with their transactions, after the timeout. */
  async #verify() {
    await untilSettled({
      ledger: this.#ledger,
      readBackend: this.#readBackend,
      actors: this.#actors,
      shared: this.#shared,
      counts: this.#counts,
      withinMs: RECOVERED_MS,
    });
  }
}

/**
 * Runs the trial on PostgreSQL and on MariaDB, which must be running.
 * @param options silences on each of them, seed, clients.
 * @returns the counts of the runs.
 */
export async function silence({ silences, seed, clients = 12, databases = Object.keys(SERVERS) }) {
  const counts = {};
  for (const name of databases) {
    const folder = await mkdtemp(join(tmpdir(), 'clinker-silence-'));
    console.log(`silence: ${silences} on ${name}, ${clients} clients, seed ${seed}, data in ${folder}`);
    const url = await emptyDatabase(SERVERS[name]);
    counts[name] = await new SilenceTrial(folder, url, { silences, seed, clients }).run();
    // A failed trial keeps its data for analysis.
    await dropDatabase(SERVERS[name], url);
    await rm(folder, { recursive: true, force: true });
  }
  return counts;
}
