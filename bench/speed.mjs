import { setTimeout as sleep } from 'node:timers/promises';
import { median, medians, ratio } from './median.mjs';
import { operations, PAGE } from './operations.mjs';
import { startBaseline, startClinker } from './processes.mjs';
import { attachAll, Client, makeVolumes, recordAnswers, removeVolumes } from './setup.mjs';

const FIGURES = ['rate', 'p10', 'p50', 'p90', 'p99', 'cpu'];

/** In this order, each operation prepares the next one, and at the end the volumes are available again. */
const LIFE = ['create', 'update', 'complete', 'delete'];

/** Connections for the warm-up. */
const WARM = 16;

/**
 * Measures the operations on Clinker, the baselines and, if there is one, another server. All run at the same time, but
 * only one is under load; they take turns within each round. Figures, and the ratios of each round, are medians over the
 * rounds.
 */
export async function measureSpeed({ main, folder, load, plan, wanted, other, say }) {
  const first = await startClinker(main, folder);
  await first.server.stop();
  const { server: clinker, startMs } = await startClinker(main, folder);
  const started = [clinker];
  const prepared = {};
  try {
    const startedMib = clinker.memoryMib('VmRSS');
    // V8 gives back what the start needed once nothing happens.
    await sleep(plan.restSeconds * 1000);
    const restMib = clinker.memoryMib('VmRSS');
    const own = new Prepared(clinker, { listed: plan.listed, written: plan.volumes, alone: plan.alone });
    prepared.clinker = own;
    await own.fill(say, 'Clinker');
    const answers = await recordAnswers(own.reading, own.writing, {
      shown: own.shown[0],
      volume: own.volumes[0],
      page: PAGE,
    });
    const servers = { clinker };
    for (const kind of ['http', 'express', 'row']) {
      servers[kind] = await startBaseline(kind, answers);
      started.push(servers[kind]);
    }
    if (other !== undefined) {
      servers.other = other;
      const counts = { listed: plan.listed, written: plan.otherVolumes, alone: plan.otherAlone };
      prepared.other = new Prepared(other, counts, other.type);
      await prepared.other.fill(say, other.name);
    }
    const bench = new Rounds(servers, load, plan, prepared);
    await bench.warmUp(wanted);
    for (let round = 1; round <= plan.rounds; round++) {
      for (const connections of plan.connections) {
        say(`round ${round} of ${plan.rounds}, ${connections} connections`);
        await bench.round(connections, wanted);
      }
    }
    return {
      operations: bench.results(),
      otherName: other?.name,
      start: { firstMs: first.startMs, secondMs: startMs },
      memory: { startedMib, restMib, peakMib: clinker.memoryMib('VmHWM') },
    };
  } finally {
    // Clinker's files are temporary; what another server was given is taken back.
    await prepared.other?.empty(say);
    for (const one of Object.values(prepared)) one.close();
    for (const server of started) await server.stop();
  }
}

/** A server's attachments to read, and its volumes for the operations that write. */
class Prepared {
  shown = [];
  listedVolumes = [];
  volumes = [];

  constructor(server, counts, type) {
    this.reading = new Client(server.target('reading'));
    this.writing = new Client(server.target('writing'));
    this.counts = counts;
    this.type = type;
  }

  async fill(say, name) {
    const { listed, written } = this.counts;
    say(`preparing ${listed} attachments and ${written} volumes on ${name}`);
    const { type } = this;
    await makeVolumes(this.reading, listed, { type, made: this.listedVolumes });
    this.shown = await attachAll(this.reading, this.listedVolumes);
    await makeVolumes(this.writing, written, { type, made: this.volumes });
  }

  async empty(say) {
    say('removing the volumes of the other server');
    const left =
      (await removeVolumes(this.reading, this.listedVolumes)) +
      (await removeVolumes(this.writing, this.volumes));
    if (left > 0) say(`${left} volumes of the other server could not be removed`);
  }

  close() {
    this.reading.close();
    this.writing.close();
  }

  /** Returns the volumes to write to: fewer for one connection, which takes longer for each. */
  volumesFor(connections) {
    return connections === 1 ? this.volumes.slice(0, this.counts.alone) : this.volumes;
  }
}

class Rounds {
  #measured = new Map();

  /** `prepared`: what is prepared on each server that stores anything. */
  constructor(servers, load, plan, prepared) {
    this.servers = servers;
    this.names = Object.keys(servers).filter((name) => name !== 'row');
    this.load = load;
    this.plan = plan;
    this.prepared = prepared;
  }

  /** Warms up every server's JIT for the reads; the preparation has warmed up the writes. */
  async warmUp(wanted) {
    for (const operation of wanted.filter((name) => !operations[name].writes)) {
      for (const server of this.names) await this.#read(operation, server, WARM);
    }
    if (wanted.includes('show')) await this.#read('show', 'row', WARM);
  }

  async round(connections, wanted) {
    for (const operation of wanted.filter((name) => !operations[name].writes)) {
      const figures = {};
      const servers = [...this.#turns(), ...(operation === 'show' ? ['row'] : [])];
      for (const server of servers) figures[server] = await this.#read(operation, server, connections);
      this.#keep(operation, connections, figures);
    }
    const volumes = this.#volumes(connections);
    let items = volumes;
    for (const operation of wanted.some((name) => LIFE.includes(name)) ? LIFE : []) {
      const figures = await this.#write(operation, items, connections);
      items = this.#ofEachStore((server) => figures[server].results);
      if (wanted.includes(operation)) this.#keep(operation, connections, figures);
    }
    if (wanted.includes('cycle'))
      this.#keep('cycle', connections, await this.#write('cycle', volumes, connections));
  }

  #volumes(connections) {
    return this.#ofEachStore((server) => this.prepared[server].volumesFor(connections));
  }

  #ofEachStore(valueOf) {
    return Object.fromEntries(Object.keys(this.prepared).map((server) => [server, valueOf(server)]));
  }

  /** Reverses the order of the servers in every second round. */
  #turns() {
    this.turn = !this.turn;
    return this.turn ? this.names : this.names.toReversed();
  }

  /** The baselines answer any id, so they are asked for Clinker's. */
  #read(operation, server, connections) {
    const { seconds } = this.plan;
    const { shown: items } = this.prepared[server] ?? this.prepared.clinker;
    return this.#run(server, { operation, project: 'reading', connections, items, seconds });
  }

  /** Runs it once per item, since it changes the item; the baselines run about as long as for a read. */
  async #write(operation, items, connections) {
    const figures = {};
    for (const server of this.#turns()) {
      const stores = server in this.prepared;
      figures[server] = await this.#run(server, {
        operation,
        project: 'writing',
        connections,
        items: stores ? items[server] : items.clinker,
        seconds: stores ? undefined : this.plan.seconds,
      });
    }
    return figures;
  }

  #run(server, job) {
    return this.load.run(this.servers[server], job, { toleratesErrors: server === 'other' });
  }

  #keep(operation, connections, figures) {
    const key = `${operation}@${connections}`;
    const rounds = this.#measured.get(key) ?? { operation, connections, rounds: [] };
    rounds.rounds.push(figures);
    this.#measured.set(key, rounds);
  }

  results() {
    return [...this.#measured.values()].map(({ operation, connections, rounds }) => {
      const of = (server) => rounds.map((figures) => figures[server]);
      const ratioTo = (server, figure) =>
        median(rounds.map(({ clinker, [server]: to }) => ratio(clinker[figure], to[figure])));
      return {
        operation,
        connections,
        ...Object.fromEntries(this.names.map((server) => [server, medians(of(server), FIGURES)])),
        ratioToHttp: ratioTo('http', 'rate'),
        ratioToExpress: ratioTo('express', 'rate'),
        // What a service can reach that reads a row: its own ratio to the one that reads nothing.
        ...(operation === 'show' && {
          ratioToRow: ratioTo('row', 'rate'),
          rowToExpress: median(rounds.map(({ row, express }) => ratio(row.rate, express.rate))),
        }),
        ...('other' in this.servers && {
          ratioToOther: Object.fromEntries(
            ['rate', 'p50', 'p99', 'cpu'].map((figure) => [figure, ratioTo('other', figure)]),
          ),
          otherErrors: of('other').reduce((sum, { failed }) => sum + failed, 0),
        }),
      };
    });
  }
}
