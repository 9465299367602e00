import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { median } from './median.mjs';
import { startClinker } from './processes.mjs';
import { attachAll, Client, makeVolumes } from './setup.mjs';

const PROJECT = 'soak';

/**
 * What is sampled. A measure grew when its last third is a tenth, and at least `slack`, above the first one, and half of that
 * came after the middle: what only the warm-up needed came before it.
 */
export const MEASURES = [
  { name: 'rssMib', title: 'memory, MiB', slack: 8, digits: 0 },
  { name: 'openFiles', title: 'open file descriptors', slack: 4, digits: 0 },
  { name: 'journalRows', title: 'rows of the journal', slack: 16, digits: 0 },
  { name: 'walMib', title: 'write-ahead log, MiB', slack: 1, digits: 1 },
  { name: 'cpu', title: 'CPU for each request, ms', slack: 0.5, digits: 2 },
  { name: 'p99', title: 'p99, ms', slack: 20, digits: 0 },
];

/**
 * Loads Clinker for a time with cycles, shows and lists on many connections, and samples its resources. Errors are part of
 * the results.
 */
export async function measureSoak({ main, folder, load, plan, say }) {
  const { server } = await startClinker(main, folder);
  const client = new Client(server.target(PROJECT));
  try {
    say(`preparing ${plan.soakListed} attachments and ${plan.soakConnections} volumes`);
    await attachAll(client, await makeVolumes(client, plan.soakListed));
    const volumes = await makeVolumes(client, plan.soakConnections);
    const samples = new Samples(server, join(folder, 'data', 'clinker.sqlite'), say);
    const { requests, failed, errors, rate } = await load.run(
      server,
      {
        operation: 'mixed',
        project: PROJECT,
        connections: plan.soakConnections,
        items: volumes,
        seconds: plan.soakMinutes * 60,
        windowSeconds: plan.soakWindowSeconds,
      },
      { onWindow: (window) => samples.take(window), toleratesErrors: true },
    );
    const taken = await samples.all();
    return {
      minutes: plan.soakMinutes,
      connections: plan.soakConnections,
      requests,
      rate,
      failed,
      errors,
      samples: taken,
      thirds: MEASURES.map(({ name, slack }) => compareThirds(name, slack, taken)),
    };
  } finally {
    client.close();
    await server.stop();
  }
}

/** The server's resources at the end of each window. */
class Samples {
  #pending = [];
  #start = performance.now();
  #cpuBefore;

  constructor(server, file, say) {
    this.#cpuBefore = server.cpuSeconds();
    this.server = server;
    this.file = file;
    this.say = say;
  }

  take(window) {
    const sample = this.#sample(window);
    // A sample fails when the server has ended; the load fails then too, and says more.
    sample.catch(() => {});
    this.#pending.push(sample);
  }

  all() {
    return Promise.all(this.#pending);
  }

  async #sample({ requests, rate, p50, p99, failed }) {
    const cpu = this.server.cpuSeconds();
    const before = this.#cpuBefore;
    this.#cpuBefore = cpu;
    const sample = {
      seconds: (performance.now() - this.#start) / 1000,
      rate,
      p50,
      p99,
      failed,
      cpu: requests === 0 ? null : ((cpu - before) * 1000) / requests,
      rssMib: this.server.memoryMib('VmRSS'),
      openFiles: this.server.openFiles(),
      walMib: (statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20,
      journalRows: await countRows(this.file, 'operations'),
    };
    this.say(
      `${sample.seconds.toFixed(0)} s: ${rate.toFixed(0)} requests/s, p99 ${p99?.toFixed(0) ?? '–'} ms, ` +
        `${sample.rssMib.toFixed(0)} MiB, ${failed} errors`,
    );
    return sample;
  }
}

/** Counts a table's rows. The connection is closed at once: an open read would keep the log from being reused. */
async function countRows(file, table) {
  const database = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  try {
    const { count } = await promisify(database.get.bind(database))(`SELECT count(*) AS count FROM ${table}`);
    return count;
  } finally {
    await promisify(database.close.bind(database))();
  }
}

/** Returns the medians of a measure in the first, middle and last third of the samples, and whether it grew. */
function compareThirds(name, slack, samples) {
  const third = (number) =>
    median(
      samples
        .slice(Math.floor((number * samples.length) / 3), Math.floor(((number + 1) * samples.length) / 3))
        .map((sample) => sample[name]),
    );
  const [first, middle, last] = [third(0), third(1), third(2)];
  const notable = Math.max(slack, first / 10);
  return { name, first, middle, last, grew: last - first > notable && last - middle > notable / 2 };
}
