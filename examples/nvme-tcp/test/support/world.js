import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../../src/command.js';
import { Configfs } from '../../src/configfs.js';
import { HostKeys } from '../../src/host-keys.js';
import { NvmeDriver } from '../../src/nvme.driver.js';
import { NvmetTargets } from '../../src/nvmet-targets.js';
import { ThinVolumes } from '../../src/thin-volumes.js';
import { SimulatedLvm } from './simulated-lvm.js';
import { failure, SimulatedNvmet } from './simulated-nvmet.js';

const ROOT = '/nvmet';
const TIMEOUT_MS = 5;
const STEPS = new Set(['mkdir', 'rmdir', 'symlink', 'unlink', 'readdir', 'readFile', 'writeFile']);

export const PORTALS = ['192.0.2.10:4420', '[2001:db8::10]:4420'];

/** A key as "nvme gen-dhchap-key" makes it. */
export const keyOf = (letter) => `DHHC-1:00:${letter.repeat(48)}:`;

/** A storage host: LVM and a kernel, both simulated, and the drivers that use them. One step of theirs can fail. */
export class World {
  lvm = new SimulatedLvm();
  #awaited = null;

  /** @param kernel options of the simulated kernel */
  constructor(kernel) {
    this.nvmet = new SimulatedNvmet(ROOT, kernel);
  }

  /** @param options `portals`, `nqnPrefix` and `keys` (the file of host keys) */
  driver({ portals = PORTALS, nqnPrefix = 'nqn.2010-10.org.openstack', keys } = {}) {
    const files = new Proxy(this.nvmet, {
      get: (nvmet, name) =>
        STEPS.has(name) ? (...args) => this.#step(() => nvmet[name](...args), failure('EIO')) : nvmet[name],
    });
    const run = (argv) =>
      this.#step(() => this.lvm.run(argv), new CommandFailed(argv[0], 'simulated failure'));
    return new NvmeDriver(
      { portals, nqnPrefix },
      {
        volumes: new ThinVolumes('group', 'pool', run),
        targets: new NvmetTargets(new Configfs(ROOT, { timeoutMs: TIMEOUT_MS, files })),
        keys: keys === undefined ? null : new HostKeys(keys),
      },
    );
  }

  /** The conformance kit's hook of that name. */
  interrupt(step, trouble) {
    const awaited = { left: step, trouble };
    this.#awaited = awaited;
    return () => {
      this.#awaited = null;
      return awaited.left < 0;
    };
  }

  async #step(work, error) {
    const trouble = this.#awaited !== null && this.#awaited.left-- === 0 ? this.#awaited.trouble : null;
    if (trouble === null) return work();
    // Both ends of a hanging step: the time limit of configfs, and the end of a killed command.
    if (trouble === 'hangs') await new Promise((resolve) => setTimeout(resolve, 2 * TIMEOUT_MS));
    if (trouble === 'dies after success') await work().catch(() => undefined);
    throw error;
  }
}

/** Writes a file of host keys and passes it to `use`. */
export async function withKeys(keys, use, mode = 0o600) {
  const folder = await mkdtemp(join(tmpdir(), 'nvme-keys-'));
  const file = join(folder, 'keys.json');
  try {
    await writeFile(file, typeof keys === 'string' ? keys : JSON.stringify(keys), { mode });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
