import type { Argv, CommandRunner } from '../command/command-runner.js';
import { DriverError, type BackendStats } from '../contract/index.js';
import { explained, type KnownFailure } from './command-failure.js';
import * as lvm from './lvm-commands.js';
import type { LvmOptions } from './lvm-options.js';
import {
  isThinPool,
  logicalVolumesIn,
  volumeGroupsIn,
  zeroesBlocks,
  type LogicalVolume,
  type VolumeGroup,
} from './lvm-reports.js';
import type { VolumeStore } from './volume-store.js';

const GIB = 2 ** 30;

const KNOWN: readonly KnownFailure[] = [
  [/insufficient free space|not enough free|out of data space/i, 'RESOURCE_EXHAUSTED'],
  [/in use|is used by|device or resource busy/i, 'BUSY'],
  [
    /operation not supported/i,
    'FAILED_PRECONDITION',
    'the disks do not support it: set the option "wipe" to "zero"',
  ],
];

/** Where a logical volume shows up. Replaced where there is no device-mapper. */
export interface LvmDevices {
  pathOf(group: string, name: string, signal: AbortSignal): Promise<string>;
  owns(group: string, device: string): boolean;
  /** Called before the volume changes its extents or goes. */
  release(group: string, name: string): Promise<void>;
}

/** The links that udev makes. */
export const UDEV_LINKS: LvmDevices = {
  pathOf: (group, name) => Promise.resolve(`/dev/${group}/${name}`),
  owns: (group, device) => device.startsWith(`/dev/${group}/`),
  release: () => Promise.resolve(),
};

export interface LvmVolumesParts {
  readonly runner: CommandRunner;
  /** Runs what takes as long as the volume is large. */
  readonly wiper: CommandRunner;
  readonly devices: LvmDevices;
}

/** Logical volumes of one volume group, linear or thin. What is there is asked from LVM every time. */
export class LvmVolumes implements VolumeStore {
  private readonly group: string;

  constructor(
    private readonly options: Pick<LvmOptions, 'volume_group' | 'thin_pool' | 'wipe'>,
    private readonly parts: LvmVolumesParts,
  ) {
    this.group = options.volume_group;
  }

  async setup(signal: AbortSignal): Promise<void> {
    await this.groupState(signal);
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

  async remove(name: string, signal: AbortSignal): Promise<void> {
    if (!(await this.exists(name, signal))) return;
    await this.wipe(name, signal);
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
    await this.run(lvm.activate(this.group, name), signal);
    return this.parts.devices.pathOf(this.group, name, signal);
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

  /** Keeps the data from the next volume that gets these extents. A thin pool does it by itself, block by block. */
  private async wipe(name: string, signal: AbortSignal): Promise<void> {
    const { wipe, thin_pool: pool } = this.options;
    if (wipe === 'none' || (pool !== undefined && wipe === 'zero')) return;
    const device = await this.device(name, signal);
    await this.run(wipe === 'zero' ? lvm.zeroOut(device) : lvm.discard(device), signal, this.parts.wiper);
  }

  private async find(name: string, signal: AbortSignal): Promise<LogicalVolume | null> {
    const found = logicalVolumesIn(await this.run(lvm.showVolume(this.group, name), signal));
    return found.find((volume) => volume.name === name) ?? null;
  }

  private async groupState(signal: AbortSignal): Promise<VolumeGroup> {
    const advice = `make it with "vgcreate ${this.group} /dev/DISK", or name another one in the option "volume_group"`;
    const output = await this.run(lvm.showGroup(this.group), signal, this.parts.runner, [
      [/not found/i, 'FAILED_PRECONDITION', advice],
    ]);
    const found = volumeGroupsIn(output)[0];
    if (found === undefined) throw missing(`volume group ${this.group}`, advice);
    return found;
  }

  private poolAdvice(pool: string): string {
    return `make it with "lvcreate -T -l 90%FREE ${this.group}/${pool}", or leave the option "thin_pool" out`;
  }

  private async run(
    argv: Argv,
    signal: AbortSignal,
    runner = this.parts.runner,
    known: readonly KnownFailure[] = [],
  ): Promise<string> {
    try {
      return await runner.run(argv, { signal });
    } catch (thrown) {
      throw explained(thrown, [...known, ...KNOWN]);
    }
  }
}

function missing(what: string, advice: string): DriverError {
  return new DriverError('FAILED_PRECONDITION', `${what} does not exist: ${advice}`);
}

/** Two decimals are all that anybody schedules by. */
function gib(bytes: number): number {
  return Math.floor((bytes / GIB) * 100) / 100;
}
