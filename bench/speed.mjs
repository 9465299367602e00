import { medians, median } from './median.mjs';
import { operations, PAGE } from './operations.mjs';
import { startBaseline, startClinker } from './processes.mjs';
import { attachAll, Client, makeVolumes, recordAnswers } from './setup.mjs';

const SERVERS = ['http', 'express', 'clinker'];
const LEVELS = [1, 16];
const FIGURES = ['rate', 'p50', 'p99', 'cpu'];

/** In this order, each operation prepares the next one, and at the end the volumes are available again. */
const LIFE = ['create', 'update', 'complete', 'delete'];

/**
 * Measures the operations on Clinker and the baselines. All servers run at the same time, but only one is under load; they
 * take turns within each round. Figures, and the ratios of each round, are medians over the rounds.
 */
export async function measureSpeed({ main, folder, load, plan, wanted, say }) {
  say(`preparing ${plan.listed} attachments and ${plan.volumes} volumes through the API`);
  const first = await startClinker(main, folder);
  await first.server.stop();
  const { server: clinker, startMs } = await startClinker(main, folder);
  const servers = { clinker };
  const reading = new Client(clinker.port, 'reading');
  const writing = new Client(clinker.port, 'writing');
  try {
    const idleMib = clinker.memoryMib('VmRSS');
    const shown = await attachAll(reading, await makeVolumes(reading, plan.listed));
    const volumes = await makeVolumes(writing, plan.volumes);
    const answers = await recordAnswers(reading, writing, {
      shown: shown[0],
      volume: volumes[0],
      page: PAGE,
    });
    servers.http = await startBaseline('http', answers);
    servers.express = await startBaseline('express', answers);
    const bench = new Rounds(servers, load, plan, { shown, volumes });
    await bench.warmUp(wanted);
    for (let round = 1; round <= plan.rounds; round++) {
      for (const connections of LEVELS) {
        say(`round ${round} of ${plan.rounds}, ${connections} connections`);
        await bench.round(connections, wanted);
      }
    }
    return {
      operations: bench.results(),
      start: { firstMs: first.startMs, secondMs: startMs },
      memory: { startedMib: idleMib, peakMib: clinker.memoryMib('VmHWM') },
    };
  } finally {
    reading.close();
    writing.close();
    for (const server of Object.values(servers)) await server.stop();
  }
}

class Rounds {
  #measured = new Map();

  constructor(servers, load, plan, { shown, volumes }) {
    this.servers = servers;
    this.load = load;
    this.plan = plan;
    this.shown = shown;
    this.volumes = volumes;
  }

  /** Warms up every server's JIT for the reads; the preparation has warmed up the writes. */
  async warmUp(wanted) {
    for (const operation of wanted.filter((name) => !operations[name].writes)) {
      for (const server of SERVERS) await this.#read(operation, server, 16);
    }
  }

  async round(connections, wanted) {
    for (const operation of wanted.filter((name) => !operations[name].writes)) {
      const figures = {};
      for (const server of this.#turns()) figures[server] = await this.#read(operation, server, connections);
      this.#keep(operation, connections, figures);
    }
    const volumes = this.volumes.slice(0, connections === 1 ? this.plan.alone : this.plan.volumes);
    let items = volumes;
    for (const operation of wanted.some((name) => LIFE.includes(name)) ? LIFE : []) {
      const figures = await this.#write(operation, items, connections);
      items = figures.clinker.results;
      if (wanted.includes(operation)) this.#keep(operation, connections, figures);
    }
    if (wanted.includes('cycle'))
      this.#keep('cycle', connections, await this.#write('cycle', volumes, connections));
  }

  /** Reverses the order of the servers in every second round. */
  #turns() {
    this.turn = !this.turn;
    return this.turn ? SERVERS : SERVERS.toReversed();
  }

  #read(operation, server, connections) {
    const { seconds } = this.plan;
    return this.#run(server, { operation, project: 'reading', connections, items: this.shown, seconds });
  }

  /** Clinker runs it once per item, since it changes the item; the baselines run about as long as for a read. */
  async #write(operation, items, connections) {
    const figures = {};
    for (const server of this.#turns()) {
      const seconds = server === 'clinker' ? undefined : this.plan.seconds;
      figures[server] = await this.#run(server, {
        operation,
        project: 'writing',
        connections,
        items,
        seconds,
      });
    }
    return figures;
  }

  #run(server, job) {
    return this.load.run(this.servers[server], job);
  }

  #keep(operation, connections, figures) {
    const key = `${operation}@${connections}`;
    const rounds = this.#measured.get(key) ?? { operation, connections, rounds: [] };
    rounds.rounds.push(figures);
    this.#measured.set(key, rounds);
  }

  results() {
    return [...this.#measured.values()].map(({ operation, connections, rounds }) => ({
      operation,
      connections,
      ...Object.fromEntries(
        SERVERS.map((server) => [
          server,
          medians(
            rounds.map((figures) => figures[server]),
            FIGURES,
          ),
        ]),
      ),
      ratioToHttp: median(rounds.map(({ clinker, http }) => clinker.rate / http.rate)),
      ratioToExpress: median(rounds.map(({ clinker, express }) => clinker.rate / express.rate)),
    }));
  }
}
