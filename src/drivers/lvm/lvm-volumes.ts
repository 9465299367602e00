import { join } from 'node:path';
import { CommandFailed, type Argv, type CommandRunner } from '../command/command-runner.js';
import { runReading } from '../command/reading.js';
import { DriverError, type BackendStats } from '../contract/index.js';
import { StateFile, type Remembered } from '../state/state-file.js';
import { withContext, type KnownFailure } from './command-failure.js';
import * as lvm from './lvm-commands.js';
import type { LvmOptions } from './lvm-options.js';
import {
  isThinPool,
  isThin,
  logicalVolumesIn,
  namesIn,
  volumeGroupsIn,
  zeroesBlocks,
  type LogicalVolume,
  type VolumeGroup,
} from './lvm-reports.js';
import { volumeNameIn } from './targets/target.js';
import type { VolumeStore } from './volume-store.js';
import { thisBoot, wipe, wipingTags, type WipingCall } from './wiping.js';

const GIB = 2 ** 30;

const KNOWN: readonly KnownFailure[] = [
  [/insufficient free space|not enough free|out of data space/i, 'RESOURCE_EXHAUSTED'],
  [
    /unrecognized option|invalid option/i,
    'FAILED_PRECONDITION',
    'the program is too old: lvm2 2.02.158 and util-linux 2.28 or later are required',
  ],
  [/in use|is used by|device or resource busy/i, 'BUSY'],
  [
    /operation not supported/i,
    'FAILED_PRECONDITION',
    'the disks do not support it: set the option "wipe" to "zero"',
  ],
];

/** Device paths of logical volumes. Replaced where there is no device-mapper. */
export interface LvmDevices {
  pathOf(group: string, name: string, signal: AbortSignal): Promise<string>;
  owns(group: string, device: string): boolean;
  /** Called before a volume is resized or removed. */
  release(group: string, name: string): Promise<void>;
}

/** The symbolic links that udev creates. */
export const UDEV_LINKS: LvmDevices = {
  pathOf: (group, name) => Promise.resolve(`/dev/${group}/${name}`),
  owns: (group, device) => device.startsWith(`/dev/${group}/`),
  release: () => Promise.resolve(),
};

export interface LvmVolumesParts {
  readonly runner: CommandRunner;
  /** Runs commands whose duration grows with the volume's size. */
  readonly wiper: CommandRunner;
  readonly devices: LvmDevices;
  /** Returns an id of the machine's current boot; default: the kernel's boot id. */
  readonly bootId?: () => Promise<string>;
  /** The option `volume_group` of the last start. */
  readonly lastGroup: Remembered<string>;
}

export function lastGroupIn(stateFolder: string): StateFile<string> {
  return new StateFile(join(stateFolder, 'volume-group.json'));
}

/** Logical volumes of one volume group, linear or thin. Keeps no state: every call queries LVM. */
export class LvmVolumes implements VolumeStore {
  private readonly group: string;

  constructor(
    private readonly options: Pick<LvmOptions, 'volume_group' | 'thin_pool' | 'wipe' | 'wipe_timeout_ms'>,
    private readonly parts: LvmVolumesParts,
  ) {
    this.group = options.volume_group;
  }

  async setup(signal: AbortSignal): Promise<void> {
    await this.groupState(signal);
    await this.leaveLastGroup(signal);
    const { thin_pool: pool } = this.options;
    if (pool === undefined) return;
    const found = await this.find(pool, signal);
    if (found === null || !isThinPool(found))
      throw missing(`thin pool ${this.group}/${pool}`, this.poolAdvice(pool));
    if (!zeroesBlocks(found)) {
      throw new DriverError(
        'FAILED_PRECONDITION',
        `thin pool ${this.group}/${pool} does not zero new blocks, so that volumes would show old data: ` +
          `lvchange --zero y ${this.group}/${pool}`,
      );
    }
  }

  async exists(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.find(name, signal)) !== null;
  }

  async create(name: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    if (await this.exists(name, signal)) return;
    const { thin_pool: pool } = this.options;
    const argv =
      pool === undefined
        ? lvm.createLinear(this.group, name, sizeGib)
        : lvm.createThin(this.group, pool, name, sizeGib);
    await this.run(argv, signal);
  }

  async remove(name: string, call: WipingCall): Promise<void> {
    const { signal } = call;
    const volume = await this.find(name, signal);
    if (volume === null) return;
    await this.wipe(volume, call);
    await this.parts.devices.release(this.group, name);
    await this.run(lvm.remove(this.group, name), signal);
  }

  async extend(name: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    const volume = await this.find(name, signal);
    if (volume === null) throw new DriverError('NOT_FOUND', `${name} does not exist in ${this.group}`);
    if (volume.bytes >= sizeGib * GIB) return;
    await this.parts.devices.release(this.group, name);
    await this.run(lvm.extend(this.group, name, sizeGib), signal);
  }

  async device(name: string, signal: AbortSignal): Promise<string> {
    const volume = await this.find(name, signal);
    if (volume === null) throw new DriverError('NOT_FOUND', `${name} does not exist in ${this.group}`);
    // Before a host can write to the volume: its wiping progress is void then.
    const outdated = wipingTags(volume);
    if (outdated.length > 0) await this.run(lvm.retag(this.group, name, outdated, []), signal);
    return this.activated(name, signal);
  }

  owns(device: string): boolean {
    return this.parts.devices.owns(this.group, device);
  }

  async stats(signal: AbortSignal): Promise<BackendStats> {
    const { thin_pool: poolName } = this.options;
    if (poolName === undefined) {
      const { bytes, freeBytes } = await this.groupState(signal);
      return { totalGib: gib(bytes), freeGib: gib(freeBytes) };
    }
    const pool = await this.find(poolName, signal);
    if (pool === null) throw missing(`thin pool ${this.group}/${poolName}`, this.poolAdvice(poolName));
    return { totalGib: gib(pool.bytes), freeGib: gib(pool.bytes * (1 - (pool.dataPercent ?? 0) / 100)) };
  }

  /** Volumes left in another group would count as lost, or as removed without having been wiped. */
  private async leaveLastGroup(signal: AbortSignal): Promise<void> {
    const { lastGroup } = this.parts;
    const last = await lastGroup.read();
    if (last !== null && last !== this.group) {
      const left = (await this.namesIn(last, signal)).filter((name) => volumeNameIn(name) === name).length;
      if (left > 0) {
        throw new DriverError(
          'FAILED_PRECONDITION',
          `volume group ${last}, which the option "volume_group" named before, still holds ${left} volumes: set it ` +
            `back and give ${this.group} a backend of its own, or rename the group with "vgrename ${last} ${this.group}"`,
        );
      }
    }
    if (last !== this.group) await lastGroup.write(this.group);
  }

  /** Lists the volumes of another group; none if that group no longer exists. */
  private async namesIn(group: string, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return namesIn(await runReading(this.parts.runner, lvm.listNames(group), { signal }));
    } catch (thrown) {
      if (thrown instanceof CommandFailed && /not found/i.test(thrown.stderr)) return [];
      throw withContext(thrown, KNOWN);
    }
  }

  /** Keeps the data from the next volume that gets these extents. A thin pool itself zeroes each new block. */
  private async wipe(volume: LogicalVolume, call: WipingCall): Promise<void> {
    const { wipe: kind, wipe_timeout_ms: timeoutMs } = this.options;
    // Check the volume, not the option "thin_pool", which may have changed since it was created.
    if (kind === 'none' || (isThin(volume) && kind === 'zero')) return;
    const { wiper, bootId = thisBoot } = this.parts;
    const device = await this.activated(volume.name, call.signal);
    const run = (argv: Argv, signal: AbortSignal) => this.run(argv, signal, wiper);
    await wipe(volume, device, { group: this.group, kind, timeoutMs, bootId, run }, call);
  }

  private async activated(name: string, signal: AbortSignal): Promise<string> {
    await this.run(lvm.activate(this.group, name), signal);
    return this.parts.devices.pathOf(this.group, name, signal);
  }

  private async find(name: string, signal: AbortSignal): Promise<LogicalVolume | null> {
    const found = logicalVolumesIn(await this.ask(lvm.showVolume(this.group, name), signal));
    return found.find((volume) => volume.name === name) ?? null;
  }

  private async groupState(signal: AbortSignal): Promise<VolumeGroup> {
    const advice = `make it with "vgcreate ${this.group} /dev/DISK", or name another one in the option "volume_group"`;
    const output = await this.ask(lvm.showGroup(this.group), signal, [
      [/not found/i, 'FAILED_PRECONDITION', advice],
    ]);
    const found = volumeGroupsIn(output)[0];
    if (found === undefined) throw missing(`volume group ${this.group}`, advice);
    return found;
  }

  private poolAdvice(pool: string): string {
    return `make it with "lvcreate -T -l 90%FREE ${this.group}/${pool}", or leave the option "thin_pool" out`;
  }

  private async run(argv: Argv, signal: AbortSignal, runner = this.parts.runner): Promise<string> {
    try {
      return await runner.run(argv, { signal });
    } catch (thrown) {
      throw withContext(thrown, KNOWN);
    }
  }

  private async ask(argv: Argv, signal: AbortSignal, known: readonly KnownFailure[] = []): Promise<string> {
    try {
      return await runReading(this.parts.runner, argv, { signal });
    } catch (thrown) {
      throw withContext(thrown, [...known, ...KNOWN]);
    }
  }
}

function missing(what: string, advice: string): DriverError {
  return new DriverError('FAILED_PRECONDITION', `${what} does not exist: ${advice}`);
}

/** Converts to GiB, rounded down to two decimals; schedulers need no more. */
function gib(bytes: number): number {
  return Math.floor((bytes / GIB) * 100) / 100;
}
