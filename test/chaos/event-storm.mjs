/**
 * Readers of events while servers are killed: on SQLite one server, on PostgreSQL and MariaDB two that share a database.
 * Each reader resumes at whichever server lives. In the end each must have every row of history of its project, and every
 * acknowledged change: none is missing, none is of another project, each volume's are in order, and what came twice is
 * the same.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, connectorOf, Unanswered } from './lib/client.mjs';
import { dropDatabase, emptyDatabase, SERVERS } from './lib/databases.mjs';
import { EventFollower } from './lib/event-follower.mjs';
import { untilIdle } from './lib/idle.mjs';
import { Ledger } from './lib/ledger.mjs';
import { Random } from './lib/random.mjs';
import { ServerProcess } from './lib/server-process.mjs';

const SHARED_DRIVER = fileURLToPath(new URL('lib/shared-driver.mjs', import.meta.url));
const PROJECTS = ['red', 'blue'];
const WORKERS_PER_PROJECT = 3;
const FOLLOWERS_PER_PROJECT = 2;
const LEASE_S = 3;
/** Most acknowledged changes between two kills. */
const STEPS_PER_KILL = 16;
/** Longest time between two kills, if the machine is too busy for that many. */
const LONGEST_LIFE_MS = 10_000;
/** A kill comes within so many milliseconds after an answer: at any point of the changes after it. */
const MIDDLE_OF_A_STEP_MS = 20;
/** Time in which readers get the last events after the last kill. */
const CATCH_UP_MS = 120_000;

class EventStorm {
  #folder;
  #url;
  #kills;
  #random;
  #ledger;
  #servers = [];
  #followers;
  /** Acknowledged changes, as `attachment kind`. */
  #acknowledged = { red: new Set(), blue: new Set() };
  #answers = 0;
  #isOver = false;

  constructor(folder, url, { kills, seed }) {
    this.#folder = folder;
    this.#url = url;
    this.#kills = kills;
    this.#random = new Random(seed);
    this.#ledger = new Ledger(url);
    const address = () => this.#random.pick(this.#servers).address;
    const ofProject = PROJECTS.flatMap((project) =>
      Array.from({ length: FOLLOWERS_PER_PROJECT }, (_, number) => ({
        name: `${project}-${number}`,
        project,
      })),
    );
    this.#followers = [...ofProject, { name: 'all', project: null, query: '?all_tenants=1' }].map(
      (options) => new EventFollower({ address, ...options }),
    );
  }

  async run() {
    await mkdir(join(this.#folder, 'backends', 'fake'), { recursive: true });
    const count = this.#url.startsWith('sqlite:') ? 1 : 2;
    this.#servers = Array.from({ length: count }, (_, number) => this.#start(number));
    await Promise.all(this.#servers.map(({ address }) => address));
    const following = this.#followers.map((follower) => follower.follow());
    try {
      const working = PROJECTS.flatMap((project) =>
        Array.from({ length: WORKERS_PER_PROJECT }, (_, number) =>
          this.#work(project, `${project}-${number}`),
        ),
      );
      for (let kill = 0; kill < this.#kills; kill += 1) await this.#kill();
      this.#isOver = true;
      await Promise.all(working);
      await Promise.all(this.#servers.map(({ address }) => address));
      await untilIdle(this.#ledger);
      return await this.#judge();
    } finally {
      this.#isOver = true;
      for (const follower of this.#followers) follower.stop();
      await Promise.all(following);
      await Promise.all(this.#servers.map((server) => server.kill()));
    }
  }

  #start(number) {
    const isAlone = this.#url.startsWith('sqlite:');
    const backend = isAlone
      ? { name: 'fake', driver: 'fake' }
      : { name: 'fake', driver: SHARED_DRIVER, options: { folder: join(this.#folder, 'backends', 'fake') } };
    return new ServerProcess(
      {
        DATABASE_URL: this.#url,
        CLINKER_DATA_FOLDER: isAlone ? this.#folder : join(this.#folder, `server-${number}`),
        CLINKER_BACKENDS: JSON.stringify([backend]),
        CLINKER_PROCESS_LEASE_S: String(LEASE_S),
        CLINKER_RECONCILE_INTERVAL_S: '1',
        CLINKER_EVENT_HEARTBEAT_MS: '1000',
      },
      { logFile: join(this.#folder, `server-${number}.log`) },
    );
  }

  async #kill() {
    const victim = this.#random.below(this.#servers.length);
    await this.#servers[victim].address;
    const goal = this.#answers + this.#random.below(STEPS_PER_KILL);
    for (const deadline = Date.now() + LONGEST_LIFE_MS; this.#answers < goal && Date.now() < deadline;)
      await sleep(1);
    await sleep(this.#random.next() * MIDDLE_OF_A_STEP_MS);
    await this.#servers[victim].kill();
    this.#servers[victim] = this.#start(victim);
  }

  /** Attaches and detaches a volume of its own, over and over. */
  async #work(project, name) {
    let volume = null;
    while (!this.#isOver) {
      try {
        const client = new Client(await this.#random.pick(this.#servers).address, project);
        volume ??= await this.#create(client, name);
        const { body } = await client.send('GET', `/volumes/${volume}`);
        const status = body.volume?.status ?? 'error';
        // A kill while it was made leaves it so.
        if (status.startsWith('error')) volume = null;
        if (volume === null || status === 'creating') continue;
        await this.#live(client, project, volume, name);
      } catch (error) {
        if (!(error instanceof Unanswered) && !/exited|start/.test(error.message)) throw error;
        await sleep(20);
      }
    }
  }

  async #create(client, name) {
    const { status, body } = await client.createVolume(name);
    if (status !== 202) throw new Unanswered(`POST /volumes: ${status}`);
    return body.volume.id;
  }

  async #live(client, project, volume, name) {
    const { body } = await client.send('GET', `/attachments?volume_id=${volume}`);
    for (const { id } of body?.attachments ?? []) await this.#step(project, id, 'deleted', client.delete(id));
    const created = await client.create(volume, randomUUID());
    if (created.status !== 200) return;
    const { id } = created.body.attachment;
    this.#acknowledge(project, id, 'reserved');
    await this.#step(project, id, 'connected', client.update(id, connectorOf(name)));
    await this.#step(project, id, 'completed', client.complete(id));
    await this.#step(project, id, 'deleted', client.delete(id));
  }

  async #step(project, id, kind, answering) {
    const { status } = await answering;
    if (status < 300) this.#acknowledge(project, id, kind);
  }

  #acknowledge(project, id, kind) {
    this.#answers += 1;
    this.#acknowledged[project].add(`${id} attachment.${kind}`);
  }

  async #judge() {
    const deadline = Date.now() + CATCH_UP_MS;
    const rows = await this.#ledger.history();
    const problems = [];
    const counts = { kills: this.#kills, events: rows.length, acknowledged: 0, repeats: 0, connections: 0 };
    for (const project of PROJECTS) counts.acknowledged += this.#acknowledged[project].size;
    if (counts.acknowledged === 0) problems.push('nothing was acknowledged');
    for (const follower of this.#followers) {
      const wanted = rows.filter(({ project_id: project }) => [project, null].includes(follower.project));
      const distinct = () => new Set(follower.events.map(({ id }) => id)).size;
      while (distinct() < wanted.length && Date.now() < deadline) await sleep(50);
      problems.push(...this.#problemsOf(follower, wanted));
      counts.repeats += follower.events.length - distinct();
      counts.connections += follower.connections;
    }
    if (problems.length > 0)
      throw new Error(`${problems.length} problems:\n${problems.slice(0, 20).join('\n')}`);
    return counts;
  }

  #problemsOf({ name, project, events }, wanted) {
    const problems = [];
    const first = new Map();
    for (const event of events) {
      const known = first.get(event.id);
      if (known === undefined) first.set(event.id, event);
      else if (known.data !== event.data) problems.push(`${name}: two events with the id ${event.id}`);
    }
    const got = [...first.values()].map(({ type, data }) => ({ ...JSON.parse(data), type }));
    const keys = new Map(got.map((event) => [`${subjectOf(event)} ${event.number} ${event.type}`, event]));
    for (const { attachment_id: id, seq, kind } of wanted)
      if (!keys.delete(`${id} ${seq} ${typeOf(kind)}`))
        problems.push(`${name}: missed ${kind} ${seq} of ${id}`);
    for (const [key, event] of keys) problems.push(`${name}: got ${key} of project ${event.project_id}`);
    const happened = new Set(got.map(({ attachment_id: id, type }) => `${id} ${type}`));
    for (const one of PROJECTS.filter((owner) => [owner, null].includes(project)))
      for (const change of this.#acknowledged[one])
        if (!happened.has(change)) problems.push(`${name}: no event of the acknowledged ${change}`);
    problems.push(...disorder(got).map((problem) => `${name}: ${problem}`));
    return problems;
  }
}

/** What an event is a step of: an attachment, or a volume. */
const subjectOf = ({ attachment_id: attachment, volume_id: volume }) => attachment ?? volume;

const typeOf = (kind) => (kind.startsWith('volume-') ? kind.replace('-', '.') : `attachment.${kind}`);

/** What is not in order: positions, the steps of each attachment and volume, and the times of each volume. */
function disorder(events) {
  const problems = [];
  const numbers = new Map();
  const times = new Map();
  let last = 0;
  for (const event of events) {
    const { id, number, volume_id: volume, at } = event;
    const subject = subjectOf(event);
    const position = Number.parseInt(id);
    if (position <= last) problems.push(`${id} after ${last}`);
    last = position;
    if (number !== (numbers.get(subject) ?? 0) + 1) problems.push(`step ${number} of ${subject} out of turn`);
    numbers.set(subject, number);
    if (at < (times.get(volume) ?? ''))
      problems.push(`${id} of volume ${volume} is older than the one before`);
    times.set(volume, at);
  }
  return problems;
}

async function onDatabase(name, options) {
  const folder = await mkdtemp(join(tmpdir(), `clinker-events-${name}-`));
  const server = SERVERS[name];
  const url = server === undefined ? `sqlite:${join(folder, 'clinker.sqlite')}` : await emptyDatabase(server);
  try {
    const counts = await new EventStorm(folder, url, options).run();
    console.log(`  events on ${name}: ${JSON.stringify(counts)}`);
    if (server !== undefined) await dropDatabase(server, url);
    await rm(folder, { recursive: true, force: true });
    return counts;
  } catch (error) {
    throw new Error(`events on ${name}, see ${folder}: ${error.message}`, { cause: error });
  }
}

/** @param options `kills` on each database, `seed`, and `databases`: of sqlite, postgresql and mariadb. */
export async function eventStorms({ databases = ['sqlite', ...Object.keys(SERVERS)], ...options }) {
  const figures = {};
  for (const name of databases) figures[name] = await onDatabase(name, options);
  return figures;
}
