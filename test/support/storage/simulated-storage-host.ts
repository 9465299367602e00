import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv, CommandOptions, CommandRunner } from '../../../src/drivers/command/command-runner.js';
import { CommandFailed } from '../../../src/drivers/command/command-runner.js';
import { checkOptions } from '../../../src/drivers/registry/driver-options.js';
import { TroubledRunner } from './troubled-runner.js';
import { IscsiDriver } from '../../../src/drivers/lvm/iscsi-driver.js';
import { lvmOptionsSchema, type LvmOptions } from '../../../src/drivers/lvm/lvm-options.js';
import { lastGroupIn, LvmVolumes, UDEV_LINKS } from '../../../src/drivers/lvm/lvm-volumes.js';
import { makeTargets } from '../../../src/drivers/lvm/targets/make-target.js';
import { SimulatedLio } from './simulated-lio.js';
import { SimulatedLvm } from './simulated-lvm.js';
import { SimulatedTgtd } from './simulated-tgtd.js';

const GROUP = 'vg';
const POOL = 'pool';

/** A machine with LVM, tgtd and LIO, simulated in memory and in a folder. Records the driver's commands. */
export class SimulatedStorageHost implements CommandRunner {
  readonly lvm: SimulatedLvm;
  readonly tgtd: SimulatedTgtd;
  /** The tgtd for all control ports except 0. */
  readonly secondTgtd: SimulatedTgtd;
  readonly lio: SimulatedLio;
  readonly runner = new TroubledRunner(this);

  private constructor(
    readonly folder: string,
    thin: boolean,
  ) {
    this.lvm = new SimulatedLvm(GROUP, thin ? POOL : null);
    const sizeOf = (device: string) => this.lvm.volumes.get(device.split('/').at(-1) ?? '') ?? 0;
    [this.tgtd, this.secondTgtd] = [new SimulatedTgtd(sizeOf), new SimulatedTgtd(sizeOf)];
    this.lio = new SimulatedLio(join(folder, 'configfs'));
  }

  static async make(thin = false): Promise<SimulatedStorageHost> {
    const host = new SimulatedStorageHost(await mkdtemp(join(tmpdir(), 'clinker-lvm-')), thin);
    await host.lio.setup();
    return host;
  }

  async run(argv: Argv, options: CommandOptions): Promise<string> {
    const output =
      this.lvm.run(argv) ?? (await this.tgtdOf(argv).run(argv)) ?? (await this.lio.run(argv, options));
    if (output === null) throw new CommandFailed(argv[0], 127, 'there is no such program here');
    return output;
  }

  /** Returns the tgtd that a tgt command addresses by its control port. */
  private tgtdOf(argv: Argv): SimulatedTgtd {
    const port = argv.includes('-C') ? Number(argv[argv.indexOf('-C') + 1]) : 0;
    return port === 0 ? this.tgtd : this.secondTgtd;
  }

  /** Creates the driver as its definition does, except for the runner and the configfs folder. */
  driver(given: Partial<LvmOptions> = {}): IscsiDriver {
    const checked = checkOptions(lvmOptionsSchema, {
      volume_group: GROUP,
      portals: ['192.0.2.10:3260'],
      ...given,
    });
    if ('problem' in checked) throw new Error(checked.problem);
    const options = checked.options as unknown as LvmOptions;
    const { runner } = this;
    const lastGroup = lastGroupIn(this.folder);
    const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: UDEV_LINKS, lastGroup });
    const { folder } = this;
    const targets = makeTargets(options, { runnerFor: () => runner, folder, configfs: this.lio.root });
    return new IscsiDriver(options, volumes, targets);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
