import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dropDatabase, emptyDatabase } from '../test/chaos/lib/databases.mjs';
import { broker } from '../test/support/brokers.mjs';
import { privatePostgres } from '../test/support/postgres.mjs';
import { median, medians, ratio } from './median.mjs';
import { cpuOfFamilies } from './other.mjs';
import { startClinker } from './processes.mjs';
import { attachAll, Client, makeVolumes } from './setup.mjs';

const DRIVER = fileURLToPath(new URL('../test/chaos/lib/shared-driver.mjs', import.meta.url));

const FIGURES = ['rate', 'p50', 'p99', 'cpu', 'apiCpu', 'nodeCpu', 'databaseCpu'];

/** The arrangements that are compared, on one database server and one machine; the first one is what the others are compared to. */
const ARRANGEMENTS = [
  { title: '1', apis: 1 },
  { title: '2', apis: 2 },
  { title: '3', apis: 3 },
  { title: '1 replica, 1 node', apis: 1, isSplit: true },
  { title: '3 replicas, 1 node', apis: 3, isSplit: true },
];

const OPERATIONS = ['show', 'cycle'];

/** Long enough that no process counts as dead while the machine is busy. */
const LEASE_S = '60';

/** More than any request waits, so that a busy machine slows requests down but fails none. */
const PATIENCE = Object.fromEntries(
  ['WAIT', 'CONNECT', 'LOCK', 'STATEMENT', 'ANSWER'].map((name) => [
    `CLINKER_DATABASE_${name}_TIMEOUT_MS`,
    '55000',
  ]),
);

const JOIN_MS = 60_000;

/**
 * Compares one process with several, and with API replicas and a volume node over NATS, all on PostgreSQL. All run at the same
 * time, but only one arrangement is under load; they take turns within each round. Figures, and the ratios of each round, are
 * medians over the rounds.
 * @param database URL of a PostgreSQL on which databases may be created; without it one is started.
 */
export async function measureFleet({ main, folder, load, plan, database, say }) {
  const own = database === undefined ? await privatePostgres() : null;
  const server = database ?? own.url;
  const nats = await broker('nats');
  const fleets = [];
  try {
    const url = await nats.start();
    for (const arrangement of ARRANGEMENTS) {
      // Nodes of one name would answer each other's messages at the broker.
      const node = `storage-${fleets.length}`;
      const place = { main, folder: join(folder, String(fleets.length)), server, broker: url, node };
      const fleet = new Fleet(arrangement, place, own?.pid ?? null);
      fleets.push(fleet);
    }
    say(`fleet: starting ${ARRANGEMENTS.length} arrangements of processes`);
    await Promise.all(fleets.map((fleet) => fleet.start()));
    for (const fleet of fleets) await fleet.fill(plan.fleetVolumes);
    const measured = await measureInTurn(fleets, load, plan, say);
    return { database: own === null ? 'given' : 'one of its own, without fsync', operations: measured };
  } finally {
    for (const fleet of fleets) await fleet.stop();
    await nats.stop();
    await own?.stop();
  }
}

async function measureInTurn(fleets, load, plan, say) {
  const results = [];
  for (const operation of OPERATIONS) {
    for (const connections of plan.fleetConnections) {
      const rounds = [];
      // The first round is the warm-up.
      for (let round = 0; round <= plan.rounds; round += 1) {
        say(`fleet: ${operation}, ${connections} connections, round ${round} of ${plan.rounds}`);
        const figures = new Map();
        for (const fleet of round % 2 === 0 ? fleets : fleets.toReversed())
          figures.set(fleet, await fleet.measure(load, { operation, connections, seconds: plan.seconds }));
        if (round > 0) rounds.push(figures);
      }
      for (const fleet of fleets) {
        const ratioOf = (name) =>
          median(rounds.map((figures) => ratio(figures.get(fleet)[name], figures.get(fleets[0])[name])));
        results.push({
          operation,
          connections,
          title: fleet.title,
          figures: medians(
            rounds.map((figures) => figures.get(fleet)),
            FIGURES,
          ),
          rateRatio: ratioOf('rate'),
          cpuRatio: ratioOf('cpu'),
        });
      }
    }
  }
  return results;
}

/** Waits until volumes can be placed: a replica learns within a second that a node has joined. */
async function untilPlaced(client) {
  for (const end = performance.now() + JOIN_MS; performance.now() < end; await sleep(200)) {
    const { body } = await client.send('GET', '/scheduler-stats/get_pools');
    if (JSON.parse(body).pools.length > 0) return;
  }
  throw new Error('the volume node has not joined');
}

/** Servers on a database of their own, of which the API's share the connections. */
class Fleet {
  #place;
  #apis = [];
  #nodes = [];
  #databasePid;
  #database;

  constructor({ title, apis, isSplit = false }, place, databasePid) {
    this.title = title;
    this.count = apis;
    this.isSplit = isSplit;
    this.#place = place;
    this.#databasePid = databasePid;
  }

  async start() {
    this.#database = await emptyDatabase(this.#place.server);
    if (this.isSplit) {
      const settings = { ...this.#backends(), CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: this.#place.node };
      this.#nodes.push(await this.#startOne('node', settings, '/healthz/ready'));
    }
    const settings = this.isSplit ? { CLINKER_ROLE: 'api' } : this.#backends();
    for (let number = 0; number < this.count; number += 1)
      this.#apis.push(await this.#startOne(`api-${number}`, settings));
  }

  /** Makes what the operations read and write. */
  async fill(volumes) {
    const [reading, writing] = ['reading', 'writing'].map(
      (project) => new Client(this.#apis[0].target(project)),
    );
    try {
      await untilPlaced(reading);
      this.shown = await attachAll(reading, await makeVolumes(reading, volumes));
      this.volumes = await makeVolumes(writing, volumes);
    } finally {
      reading.close();
      writing.close();
    }
  }

  /** Reads for some seconds, or writes once to each volume; adds the CPU time of each part for each operation. */
  async measure(load, { operation, connections, seconds }) {
    const job =
      operation === 'show'
        ? { operation, project: 'reading', connections, items: this.shown, seconds }
        : { operation, project: 'writing', connections, items: this.volumes };
    const before = this.#cpu();
    const figures = await load.run(this, job);
    const after = this.#cpu();
    const each = (part) =>
      after[part] === null ? null : ((after[part] - before[part]) * 1000) / figures.requests;
    return { ...figures, apiCpu: each('apis'), nodeCpu: each('nodes'), databaseCpu: each('database') };
  }

  /** Where a project's requests go: to all processes of the API. */
  target(project) {
    return this.#apis.map((api) => api.target(project));
  }

  cpuSeconds() {
    return Object.values(this.#cpu()).reduce((sum, seconds) => sum + (seconds ?? 0), 0);
  }

  async stop() {
    for (const server of [...this.#apis, ...this.#nodes]) await server.stop();
    if (this.#database !== undefined) await dropDatabase(this.#place.server, this.#database);
  }

  /** The database's is that of all arrangements; only one of them is under load. */
  #cpu() {
    const sum = (servers) => servers.reduce((total, server) => total + server.cpuSeconds(), 0);
    return {
      apis: sum(this.#apis),
      nodes: this.isSplit ? sum(this.#nodes) : null,
      database: this.#databasePid === null ? null : cpuOfFamilies([this.#databasePid]),
    };
  }

  #backends() {
    const options = { folder: join(this.#place.folder, 'storage') };
    mkdirSync(options.folder, { recursive: true });
    return { CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: DRIVER, options }]) };
  }

  async #startOne(name, settings, health) {
    const folder = join(this.#place.folder, name);
    mkdirSync(folder, { recursive: true });
    const shared = {
      DATABASE_URL: this.#database,
      CLINKER_PROCESS_LEASE_S: LEASE_S,
      ...PATIENCE,
      CLINKER_TRANSPORT_URL: this.#place.broker,
    };
    return (await startClinker(this.#place.main, folder, { ...shared, ...settings }, health)).server;
  }
}
