import type { Remembered } from '../../state/state-file.js';
import type { LvmOptions } from '../lvm-options.js';
import type { TargetAccess } from '../../iscsi/iscsi-connection.js';
import {
  merged,
  mergedByName,
  type HostChange,
  type RecordedExport,
  type Target,
  type TargetState,
} from './target.js';

/** The options that determine which daemon serves an export. */
export type ServingOptions = Pick<
  LvmOptions,
  'target' | 'portals' | 'tgt_control_port' | 'tgt_socket' | 'tgt_conf_folder'
>;

export interface AllTargetsParts {
  readonly options: ServingOptions;
  /** The options under which exports may have been created. */
  readonly record: Remembered<readonly ServingOptions[]>;
  /** @param isFormer true for options that the backend no longer has; their daemon may be gone. */
  readonly make: (options: ServingOptions, isFormer: boolean) => Target;
  /** Moves the files of former options of the same daemon to the current folder. */
  readonly adopt: (from: ServingOptions) => Promise<void>;
}

/**
 * The target software of the current options, and that of former options while it still exports something. An export
 * stays with the software that created it until it is removed. New exports use the current one.
 */
export class AllTargets implements Target {
  private readonly current: Target;
  private former: readonly Target[] = [];

  constructor(private readonly parts: AllTargetsParts) {
    this.current = parts.make(parts.options, false);
  }

  async setup(signal: AbortSignal): Promise<void> {
    const { options, record, make, adopt } = this.parts;
    const known = (await record.read()) ?? [];
    for (const earlier of known.filter((one) => isSameDaemon(one, options))) await adopt(earlier);
    await this.current.setup(signal);
    const inUse: { options: ServingOptions; target: Target }[] = [];
    for (const earlier of known.filter((one) => !isSameDaemon(one, options))) {
      const target = make(earlier, true);
      await target.setup(signal);
      if (!(await target.isUnused(signal))) inUse.push({ options: earlier, target });
    }
    this.former = inUse.map(({ target }) => target);
    await record.write([servingOptions(options), ...inUse.map((one) => one.options)]);
  }

  async find(name: string, signal: AbortSignal): Promise<TargetState | null> {
    return merged(await this.each((target) => target.find(name, signal)));
  }

  async list(signal: AbortSignal): Promise<readonly TargetState[]> {
    const lists = await this.each((target) => target.list(signal));
    return mergedByName(lists.flat());
  }

  async isUnused(signal: AbortSignal): Promise<boolean> {
    return (await this.each((target) => target.isUnused(signal))).every(Boolean);
  }

  async ensure(
    name: string,
    device: string,
    recorded: RecordedExport,
    signal: AbortSignal,
  ): Promise<TargetAccess> {
    for (const target of this.former) {
      if ((await target.find(name, signal)) !== null) return target.ensure(name, device, recorded, signal);
    }
    return this.current.ensure(name, device, recorded, signal);
  }

  async changeHosts(
    name: string,
    change: HostChange,
    recorded: RecordedExport,
    signal: AbortSignal,
  ): Promise<TargetAccess | null> {
    const [access = null] = await this.each((target) => target.changeHosts(name, change, recorded, signal));
    return access;
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.each((target) => target.remove(name, signal));
  }

  async resized(name: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    await this.each((target) => target.resized(name, sizeGib, signal));
  }

  /** Returns the answers of all targets except nulls, those of former ones first. */
  private async each<T>(work: (target: Target) => Promise<T | null>): Promise<T[]> {
    const answers: T[] = [];
    for (const target of [...this.former, this.current]) {
      const answer = await work(target);
      if (answer !== null) answers.push(answer);
    }
    return answers;
  }
}

function servingOptions(options: ServingOptions): ServingOptions {
  const { target, portals, tgt_control_port, tgt_socket, tgt_conf_folder } = options;
  return {
    target,
    portals,
    ...(tgt_control_port !== undefined && { tgt_control_port }),
    ...(tgt_socket !== undefined && { tgt_socket }),
    ...(tgt_conf_folder !== undefined && { tgt_conf_folder }),
  };
}

function isSameDaemon(one: ServingOptions, other: ServingOptions): boolean {
  if (one.target !== other.target) return false;
  if (one.target === 'lio') return true;
  return (one.tgt_control_port ?? 0) === (other.tgt_control_port ?? 0) && one.tgt_socket === other.tgt_socket;
}
