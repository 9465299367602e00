import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv, CommandOptions, CommandRunner } from '../../command/command-runner.js';
import { CommandFailed } from '../../command/command-runner.js';
import { checkOptions } from '../../registry/driver-options.js';
import { TroubledRunner } from '../../testing/troubled-runner.js';
import { LvmDriver } from '../lvm-driver.js';
import { lvmOptionsSchema, type LvmOptions } from '../lvm-options.js';
import { LvmVolumes, UDEV_LINKS } from '../lvm-volumes.js';
import { makeTarget } from '../targets/make-target.js';
import { SimulatedLio } from './simulated-lio.js';
import { SimulatedLvm } from './simulated-lvm.js';
import { SimulatedTgtd } from './simulated-tgtd.js';

const GROUP = 'vg';
const POOL = 'pool';

/** A machine with LVM, tgtd and LIO that are kept in memory and in a folder; what the driver runs is noted. */
export class SimulatedStorageHost implements CommandRunner {
  readonly lvm: SimulatedLvm;
  readonly tgtd: SimulatedTgtd;
  readonly lio: SimulatedLio;
  readonly runner = new TroubledRunner(this);

  private constructor(
    readonly folder: string,
    thin: boolean,
  ) {
    this.lvm = new SimulatedLvm(GROUP, thin ? POOL : null);
    this.tgtd = new SimulatedTgtd((device) => this.lvm.volumes.get(device.split('/').at(-1) ?? '') ?? 0);
    this.lio = new SimulatedLio(join(folder, 'configfs'));
  }

  static async make(thin = false): Promise<SimulatedStorageHost> {
    const host = new SimulatedStorageHost(await mkdtemp(join(tmpdir(), 'clinker-lvm-')), thin);
    await host.lio.setup();
    return host;
  }

  async run(argv: Argv, options: CommandOptions): Promise<string> {
    const output = this.lvm.run(argv) ?? (await this.tgtd.run(argv)) ?? (await this.lio.run(argv, options));
    if (output === null) throw new CommandFailed(argv[0], 127, 'there is no such program here');
    return output;
  }

  /** The driver as its definition composes it, but for the runner and the place of configfs. */
  driver(given: Partial<LvmOptions> = {}): LvmDriver {
    const checked = checkOptions(lvmOptionsSchema, {
      volume_group: GROUP,
      portals: ['192.0.2.10:3260'],
      ...given,
    });
    if ('problem' in checked) throw new Error(checked.problem);
    const options = checked.options as unknown as LvmOptions;
    const { runner } = this;
    const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: UDEV_LINKS });
    return new LvmDriver(options, volumes, makeTarget(options, runner, this.folder, this.lio.root));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
