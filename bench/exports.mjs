import { randomUUID } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SystemCommandRunner } from '../dist/drivers/command/command-runner.js';
import { IscsiDriver } from '../dist/drivers/lvm/iscsi-driver.js';
import { lastGroupIn, LvmVolumes } from '../dist/drivers/lvm/lvm-volumes.js';
import { makeTargets } from '../dist/drivers/lvm/targets/make-target.js';
import { StorageHost } from '../test/dataplane/storage-host.mjs';
import { median } from './median.mjs';

const PREFIX = 'iqn.2010-10.org.openstack:';

/** Runs commands, and adds up how long each program took. */
class TimingRunner {
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

/** Exports of other volumes: a target each, with a file behind it. */
class Others {
  #made = 0;

  constructor(host) {
    this.host = host;
    this.file = join(host.folder, 'others.img');
    writeFileSync(this.file, '');
    truncateSync(this.file, 2 ** 20);
  }

  makeUpTo(count) {
    const adm = (...args) => this.host.tgtd.adm('--lld', 'iscsi', ...args);
    for (; this.#made < count; this.#made += 1) {
      const tid = String(10_000 + this.#made);
      const name = `${PREFIX}volume-${randomUUID()}`;
      adm('--op', 'new', '--mode', 'target', '--tid', tid, '-T', name);
      adm('--op', 'new', '--mode', 'logicalunit', '--tid', tid, '--lun', '1', '-b', this.file);
      adm('--op', 'bind', '--mode', 'target', '--tid', tid, '-Q', `iqn.1993-08.org.debian:01:${this.#made}`);
    }
  }
}

function makeDriver(host, runner) {
  const folder = join(host.folder, 'data');
  mkdirSync(folder, { recursive: true });
  const options = {
    volume_group: host.group,
    wipe: 'zero',
    target: 'tgt',
    target_prefix: PREFIX,
    portals: [host.portal],
    discard: true,
  };
  const lastGroup = lastGroupIn(folder);
  const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: host.devices, lastGroup });
  return new IscsiDriver(options, volumes, makeTargets(options, { runnerFor: () => runner, folder }));
}

const call = () => ({ signal: AbortSignal.timeout(60_000), requestId: `req-${randomUUID()}` });

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

/**
 * Attaches and detaches a volume of the lvm driver with tgt, on a backend with few and with many other exports. What its
 * commands take is the tools' own time. Needs root, lvm2 and tgt.
 */
export async function measureExports({ plan, say }) {
  const host = new StorageHost(13_260 + (process.pid % 1000));
  const runner = new TimingRunner(new SystemCommandRunner({ timeoutMs: 60_000, env: host.env }));
  await host.start();
  try {
    const driver = makeDriver(host, runner);
    await driver.setup();
    const id = randomUUID();
    const volume = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'bench', exportDetails: null };
    await driver.createVolume(volume, call());
    const others = new Others(host);
    const exports = [];
    for (const count of plan.exports) {
      say(`exports: making ${count}`);
      others.makeUpTo(count);
      exports.push({ count, steps: await changed(driver, volume, runner, plan.exportChanges) });
    }
    return { exports };
  } finally {
    await host.stop();
  }
}

/** Attaches and detaches the volume repeatedly. Returns the medians of each step. */
async function changed(driver, volume, runner, changes) {
  const taken = Object.fromEntries(Object.keys(STEPS).map((name) => [name, []]));
  for (let change = 0; change <= changes; change += 1) {
    const connector = { initiator: 'iqn.1993-08.org.debian:01:bench' };
    const connection = { attachmentId: randomUUID(), connector, mode: 'rw' };
    for (const [name, step] of Object.entries(STEPS)) {
      runner.taken();
      const startMs = performance.now();
      await step(driver, volume, connection);
      const ms = performance.now() - startMs;
      const tools = runner.taken();
      // The first is the warm-up.
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
