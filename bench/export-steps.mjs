import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { median } from './median.mjs';

/** Runs commands, and adds up how long each program took. */
export class TimingRunner {
  #runner;
  #times = new Map();

  constructor(runner) {
    this.#runner = runner;
  }

  async run(argv, options) {
    const startMs = performance.now();
    try {
      return await this.#runner.run(argv, options);
    } finally {
      this.#times.set(argv[0], (this.#times.get(argv[0]) ?? 0) + performance.now() - startMs);
    }
  }

  /** Returns the milliseconds of each program since the last call. */
  taken() {
    const taken = Object.fromEntries(this.#times);
    this.#times.clear();
    return taken;
  }
}

/** Context of a driver call, which may take as long as an emulated machine needs. */
export const call = () => ({ signal: AbortSignal.timeout(1_800_000), requestId: `req-${randomUUID()}` });

/** The steps of an attach and a detach, in their order. */
const STEPS = {
  createExport: async (driver, volume, connection) => {
    volume.exportDetails = await driver.createExport(volume, connection, call());
  },
  initializeConnection: (driver, volume, connection) =>
    driver.initializeConnection(volume, connection, [], call()),
  terminateConnection: (driver, volume, connection) =>
    driver.terminateConnection(volume, connection, [], call()),
  removeExport: (driver, volume) => driver.removeExport(volume, call()),
};

/** A new volume of the driver. */
export async function newVolume(driver) {
  const id = randomUUID();
  const volume = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'bench', exportDetails: null };
  await driver.createVolume(volume, call());
  return volume;
}

/**
 * Attaches and detaches the volume, so many times after a first that does not count. Returns the medians of each step: in all, of
 * the commands, and of what is left for the driver.
 */
export async function changed(driver, volume, { runner, connector, changes }) {
  const taken = Object.fromEntries(Object.keys(STEPS).map((name) => [name, []]));
  for (let change = 0; change <= changes; change += 1) {
    const connection = { attachmentId: randomUUID(), connector, mode: 'rw' };
    for (const [name, step] of Object.entries(STEPS)) {
      runner.taken();
      const startMs = performance.now();
      await step(driver, volume, connection);
      const ms = performance.now() - startMs;
      const tools = runner.taken();
      if (change > 0) taken[name].push({ ms, tools });
    }
  }
  return Object.fromEntries(Object.entries(taken).map(([name, times]) => [name, summary(times)]));
}

function summary(times) {
  const toolsOf = ({ tools }) => Object.values(tools).reduce((sum, ms) => sum + ms, 0);
  const programs = [...new Set(times.flatMap(({ tools }) => Object.keys(tools)))];
  return {
    ms: median(times.map(({ ms }) => ms)),
    toolsMs: median(times.map(toolsOf)),
    oursMs: median(times.map((time) => time.ms - toolsOf(time))),
    programs: Object.fromEntries(
      programs.map((program) => [program, median(times.map(({ tools }) => tools[program] ?? 0))]),
    ),
  };
}
