import { Mutex } from 'async-mutex';
import type { CommandRunner } from '../../../command/command-runner.js';
import { DriverError } from '../../../contract/index.js';
import { withContext } from '../../command-failure.js';
import { checkPortals, portalIn } from '../../portals.js';
import { newCredentials } from '../chap.js';
import { identityOf, naaOfSerial, wwnOf } from '../disk-identity.js';
import type { ChapCredentials, TargetAccess } from '../../../iscsi/iscsi-connection.js';
import {
  merged,
  volumeNameIn,
  type HostChange,
  type RecordedExport,
  type Target,
  type TargetState,
} from '../target.js';
import { changesTo } from './lio-changes.js';
import type { LioFiles } from './lio-files.js';
import * as script from './lio-script.js';
import type { LioConfigfs, LioTargetState } from './lio-state.js';

export interface LioParts {
  readonly runner: CommandRunner;
  readonly kernel: LioConfigfs;
  readonly files: LioFiles;
  readonly iqnPrefix: string;
  readonly portals: readonly string[];
  readonly discard: boolean;
  /** True for former options: if LIO is not loaded, it exports nothing. */
  readonly isFormer: boolean;
}

/** State of one volume's export. */
interface Known {
  /** The target that hosts are told about. */
  readonly found: LioTargetState | null;
  /** Further targets of the volume, under other names. */
  readonly strays: readonly LioTargetState[];
}

/**
 * Targets of the kernel (LIO), changed with targetcli and read from configfs. Each host has an ACL with its own mode.
 */
export class LioTarget implements Target {
  private readonly changes = new Mutex();

  constructor(private readonly parts: LioParts) {}

  async setup(signal: AbortSignal): Promise<void> {
    await this.parts.files.setup();
    if (!this.parts.isFormer) {
      checkPortals(this.parts.portals);
      await this.run(['ls /iscsi'], signal);
      await this.parts.kernel.setup();
    }
    await this.changes.runExclusive(() => this.keepIdentities());
  }

  async find(name: string, signal: AbortSignal): Promise<TargetState | null> {
    signal.throwIfAborted();
    const { found, strays } = await this.known(name, null);
    return found === null ? null : merged([found, ...strays].map((state) => stateOf(name, state)));
  }

  async list(signal: AbortSignal): Promise<readonly TargetState[]> {
    const names = new Set((await this.parts.kernel.iqns()).flatMap((iqn) => volumeNameIn(iqn) ?? []));
    const states = await Promise.all([...names].map((name) => this.find(name, signal)));
    return states.filter((state) => state !== null);
  }

  async isUnused(signal: AbortSignal): Promise<boolean> {
    const own = await this.parts.files.names();
    return !(await this.list(signal)).some(({ name }) => own.includes(name));
  }

  ensure(name: string, device: string, recorded: RecordedExport, signal: AbortSignal): Promise<TargetAccess> {
    return this.changes.runExclusive(async () => {
      const { files, discard } = this.parts;
      const { found } = await this.known(name, recorded);
      const iqn = found?.iqn ?? recorded.iqn ?? this.iqnOf(name);
      const kept = await files.read(name);
      const credentials = recorded.credentials ?? kept?.credentials ?? newCredentials();
      const serial = kept?.serial ?? found?.serial ?? identityOf(name).serial;
      if (kept?.credentials.password !== credentials.password || kept.serial !== serial) {
        await files.write(name, { credentials, serial });
      }
      if (found !== null && this.isIntact(found, device))
        return this.accessTo(found.iqn, found.serial, credentials);
      const portals = this.parts.portals.map(portalIn);
      // A backstore without a target may be incomplete or have another serial number.
      const isNew = found === null || found.device === null;
      const isLoose = isNew && (await this.parts.kernel.hasBackstore(name));
      const lines = script.makeTarget({ name, iqn, device, serial, discard }, portals);
      const before = isLoose ? [script.removeBackstore(name)] : [];
      await this.run([...before, ...lines, ...script.SAVE], signal);
      const made = await this.parts.kernel.find(iqn);
      if (made === null || !this.isIntact(made, device) || (isNew && made.serial !== serial)) {
        throw new DriverError(
          'INTERNAL',
          `targetcli left the target of ${name} unfinished; is ${device} in use?`,
        );
      }
      return this.accessTo(iqn, made.serial, credentials);
    });
  }

  changeHosts(
    name: string,
    change: HostChange,
    recorded: RecordedExport,
    signal: AbortSignal,
  ): Promise<TargetAccess | null> {
    return this.changes.runExclusive(async () => {
      signal.throwIfAborted();
      const { found, strays } = await this.known(name, recorded);
      for (const stray of strays) await this.admit(stray, change, null, signal);
      if (found === null || found.device === null) return null;
      const credentials = recorded.credentials ?? (await this.parts.files.read(name))?.credentials ?? null;
      await this.admit(found, change, credentials, signal);
      return credentials === null ? null : this.accessTo(found.iqn, found.serial, credentials);
    });
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.changes.runExclusive(async () => {
      signal.throwIfAborted();
      const { kernel } = this.parts;
      const isThere = async () =>
        (await kernel.namesOf(name)).length > 0 || (await kernel.hasBackstore(name));
      if (await isThere()) {
        const targets = (await kernel.namesOf(name)).map(script.removeTarget);
        await this.run([...targets, script.removeBackstore(name), ...script.SAVE], signal);
      }
      if (await isThere()) throw new DriverError('BUSY', `targetcli did not remove the target of ${name}`);
      await this.parts.files.delete(name);
    });
  }

  /** Nothing to do: the kernel notices the new size. */
  resized(): Promise<void> {
    return Promise.resolve();
  }

  /** Applies the change; without credentials it only removes access. */
  private async admit(
    found: LioTargetState,
    change: HostChange,
    credentials: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<void> {
    // targetcli and the kernel know only lower-case names.
    const wanted = change(found.hosts.map(({ initiator, mode }) => ({ initiator, mode }))).map((host) => ({
      ...host,
      initiator: host.initiator.toLowerCase(),
    }));
    const lines = changesTo(found, wanted, credentials);
    if (lines.length > 0) await this.run([...lines, ...script.SAVE], signal);
    const now = await this.parts.kernel.find(found.iqn);
    if (now === null || changesTo(now, wanted, credentials).length > 0) {
      throw new DriverError('INTERNAL', `targetcli did not apply the rules of ${found.iqn}`);
    }
  }

  /** Records the serial of backstores whose file has none, so that they keep it even if they are lost and recreated. */
  private async keepIdentities(): Promise<void> {
    const { files, kernel } = this.parts;
    for (const iqn of await kernel.iqns()) {
      const name = volumeNameIn(iqn);
      const file = name === null ? null : await files.read(name);
      if (name === null || file === null || file.serial !== null) continue;
      const serial = (await kernel.find(iqn))?.serial ?? null;
      if (serial !== null) await files.write(name, { ...file, serial });
    }
  }

  private async known(name: string, recorded: RecordedExport | null): Promise<Known> {
    const { kernel } = this.parts;
    const iqns = await kernel.namesOf(name);
    const iqn = [recorded?.iqn, this.iqnOf(name)].find((wanted) => iqns.includes(wanted ?? '')) ?? iqns[0];
    if (iqn === undefined) return { found: null, strays: [] };
    const others = await Promise.all(
      iqns.filter((other) => other !== iqn).map((other) => kernel.find(other)),
    );
    return { found: await kernel.find(iqn), strays: others.filter((stray) => stray !== null) };
  }

  private iqnOf(name: string): string {
    return `${this.parts.iqnPrefix}${name}`;
  }

  private isIntact(found: LioTargetState | null, device: string): boolean {
    if (found?.device !== device || !found.ready) return false;
    return this.parts.portals.every((portal) => found.portals.includes(portal));
  }

  private accessTo(iqn: string, serial: string | null, credentials: ChapCredentials): TargetAccess {
    const wwn = wwnOf(naaOfSerial(serial ?? ''));
    return { iqn, lun: script.LIO_LUN, portals: this.parts.portals, credentials, wwn };
  }

  private async run(lines: readonly string[], signal: AbortSignal): Promise<void> {
    const stdin = [...lines, ''].join('\n');
    try {
      await this.parts.runner.run(['targetcli'], { signal, stdin });
    } catch (thrown) {
      throw withContext(thrown, []);
    }
  }
}

function stateOf(name: string, { device, hosts, sessions }: LioTargetState): TargetState {
  return { name, device, hosts, sessions };
}
