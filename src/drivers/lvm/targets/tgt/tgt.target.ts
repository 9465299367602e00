import { Mutex } from 'async-mutex';
import { DriverError } from '../../../contract/index.js';
import { checkPortals } from '../../portals.js';
import { newCredentials } from '../chap.js';
import { identityOf, isSameIdentity, naaOfId, wwnOf } from '../disk-identity.js';
import type { TargetAccess } from '../../../iscsi/iscsi-connection.js';
import {
  merged,
  mergedByName,
  volumeNameIn,
  type HostChange,
  type RecordedExport,
  type Target,
  type TargetState,
} from '../target.js';
import { TGT_LUN } from './tgt-commands.js';
import type { TgtControl } from './tgt-control.js';
import type { TgtFiles, TgtTargetFile } from './tgt-file.js';
import { boundTo, hostsOf, namesIn, withHosts } from './tgt-hosts.js';
import type { TgtTargetReport } from './tgt-report.js';

/** tgtadm reports sizes in MB (10^6 bytes), rounded. */
const MB_PER_GIB = 1073.741824;

export interface TgtParts {
  readonly control: TgtControl;
  readonly files: TgtFiles;
  readonly iqnPrefix: string;
  readonly portals: readonly string[];
  readonly discard: boolean;
  /** True if another tgtd keeps its files in the same folder. */
  readonly sharesFiles: boolean;
}

/** State of one volume's export. */
interface Known {
  /** The target that hosts are told about. */
  readonly found: TgtTargetReport | null;
  /** Further targets of the volume, under other names. */
  readonly strays: readonly TgtTargetReport[];
  readonly file: TgtTargetFile | null;
}

/**
 * Targets of tgtd. A tgt LUN is read-only for all hosts or for none, so all hosts of a target have the same mode. Changes
 * are serialized, since a target number is not reserved until it is used.
 */
export class TgtTarget implements Target {
  private readonly changes = new Mutex();

  constructor(private readonly parts: TgtParts) {}

  async setup(signal: AbortSignal): Promise<void> {
    checkPortals(this.parts.portals);
    await this.parts.control.checkVersion(signal);
    await this.parts.files.setup();
    await this.changes.runExclusive(() => this.keepIdentities(signal));
  }

  async find(name: string, signal: AbortSignal): Promise<TargetState | null> {
    const { found, strays } = await this.known(name, null, signal);
    return found === null ? null : merged([found, ...strays].map((report) => stateOf(name, report)));
  }

  async list(signal: AbortSignal): Promise<readonly TargetState[]> {
    const states = (await this.parts.control.reports(signal)).map((report) => {
      const name = volumeNameIn(report.iqn);
      return name === null ? null : stateOf(name, report);
    });
    return mergedByName(states.filter((state) => state !== null));
  }

  async isUnused(signal: AbortSignal): Promise<boolean> {
    const { files, sharesFiles } = this.parts;
    const own = await files.names();
    if (own.length > 0 && !sharesFiles) return false;
    return !(await this.list(signal)).some(({ name }) => own.includes(name));
  }

  ensure(name: string, device: string, recorded: RecordedExport, signal: AbortSignal): Promise<TargetAccess> {
    return this.changes.runExclusive(async () => {
      const { found, file } = await this.known(name, recorded, signal);
      const inUse = boundTo(found, [recorded.credentials, file?.credentials]);
      const target: TgtTargetFile = {
        iqn: found?.iqn ?? recorded.iqn ?? `${this.parts.iqnPrefix}${name}`,
        device,
        credentials: inUse ?? recorded.credentials ?? file?.credentials ?? newCredentials(),
        initiators: found !== null && inUse !== null ? namesIn(found) : (file?.initiators ?? []),
        readOnly: inUse === null ? (file?.readOnly ?? false) : (found?.readOnly ?? false),
        discard: this.parts.discard,
        identity: file?.identity ?? found?.identity ?? identityOf(name),
      };
      if (found !== null && inUse !== null && isIntact(found, target)) {
        if (file?.iqn !== found.iqn || file.identity === null) await this.parts.files.write(name, target);
      } else {
        await this.parts.files.write(name, target);
        await this.renew(name, found, target, signal);
      }
      return this.accessTo(target);
    });
  }

  changeHosts(
    name: string,
    change: HostChange,
    recorded: RecordedExport,
    signal: AbortSignal,
  ): Promise<TargetAccess | null> {
    return this.changes.runExclusive(async () => {
      const { found, strays, file } = await this.known(name, recorded, signal);
      for (const stray of strays) await this.keepOnly(stray, change, signal);
      if (found === null || found.device === null) {
        // tgtd has lost the target. The file that it reads at its next start must not admit the host again.
        if (file !== null) await this.parts.files.write(name, withHosts(file, change(hostsOf(file))));
        return null;
      }
      const wanted = change(admittedBy(found));
      const credentials = boundTo(found, [recorded.credentials, file?.credentials]);
      if (credentials === null) {
        // Without known credentials no host can be admitted, but access can still be removed.
        await this.keepOnly(found, change, signal);
        return null;
      }
      const target = withHosts(
        {
          iqn: found.iqn,
          device: found.device,
          credentials,
          initiators: [],
          readOnly: found.readOnly,
          discard: this.parts.discard,
          identity: found.identity ?? file?.identity ?? null,
        },
        wanted,
      );
      await this.parts.files.write(name, target);
      await this.parts.control.admitExactly(found, target, signal);
      return this.accessTo(target);
    });
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.changes.runExclusive(async () => {
      const { found, strays, file } = await this.known(name, null, signal);
      const accounts = file === null ? [] : [file.credentials.username];
      await this.parts.control.destroy(found, accounts, signal);
      for (const stray of strays) await this.parts.control.destroy(stray, [], signal);
      // Last, since the file names the account to delete.
      await this.parts.files.delete(name);
    });
  }

  /** tgtd does not notice a new size. Recreates the target with closed portals; its hosts reconnect by themselves. */
  resized(name: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    return this.changes.runExclusive(async () => {
      const { found, file } = await this.known(name, null, signal);
      if (file === null) return;
      if (found !== null && found.megabytes + 1 >= sizeGib * MB_PER_GIB) return;
      await this.renew(name, found, file, signal);
    });
  }

  /** Creates a target from its file. If it replaces one, the portals are closed meanwhile, so that no host notices. */
  private async renew(
    name: string,
    before: TgtTargetReport | null,
    target: TgtTargetFile,
    signal: AbortSignal,
  ): Promise<void> {
    if (before === null) return this.apply(name, target, signal);
    await this.parts.control.portals.whileClosed(async () => {
      // tgt-admin's own --force fails on rules by initiator name.
      await this.parts.control.destroy(before, [], signal);
      await this.apply(name, target, signal);
    }, signal);
  }

  private async apply(name: string, target: TgtTargetFile, signal: AbortSignal): Promise<void> {
    const { control, files } = this.parts;
    await control.applyFile(files.pathOf(name), target.iqn, signal);
    // tgt-admin's exit status proves little: it is 0 even if the device was skipped.
    const [made] = await control.reports(signal, (iqn) => iqn === target.iqn);
    if (
      made === undefined ||
      !isIntact(made, target) ||
      !made.accounts.includes(target.credentials.username)
    ) {
      throw new DriverError(
        'INTERNAL',
        `tgt-admin left the target of ${name} unfinished; is ${target.device} in use?`,
      );
    }
  }

  /** Applies only the removals of a change; admits no host. */
  private async keepOnly(found: TgtTargetReport, change: HostChange, signal: AbortSignal): Promise<void> {
    const names = change(admittedBy(found)).map(({ initiator }) => initiator);
    const initiators = namesIn(found).filter((name) => names.includes(name));
    await this.parts.control.admitExactly(found, { initiators, readOnly: found.readOnly }, signal);
  }

  /** Records the identity of targets whose file has none, so that they keep it: hosts may know the disk by it. */
  private async keepIdentities(signal: AbortSignal): Promise<void> {
    for (const { iqn, identity } of await this.parts.control.reports(signal)) {
      const name = volumeNameIn(iqn);
      const file = name === null ? null : await this.parts.files.read(name);
      if (name === null || file?.iqn !== iqn || file.identity !== null) continue;
      await this.parts.files.write(name, { ...file, identity });
    }
  }

  private async known(name: string, recorded: RecordedExport | null, signal: AbortSignal): Promise<Known> {
    const reports = await this.parts.control.reports(signal, (iqn) => volumeNameIn(iqn) === name);
    const file = await this.parts.files.read(name);
    const names = [recorded?.iqn, file?.iqn, `${this.parts.iqnPrefix}${name}`];
    const [found = null] = [
      ...names.flatMap((wanted) => reports.find(({ iqn }) => iqn === wanted) ?? []),
      ...reports,
    ];
    return { found, strays: reports.filter((report) => report !== found), file };
  }

  private accessTo({ iqn, credentials, identity }: TgtTargetFile): TargetAccess {
    const wwn = wwnOf(naaOfId(identity?.id ?? ''));
    return { iqn, lun: TGT_LUN, portals: this.parts.portals, credentials, wwn };
  }
}

/** Returns true if the target exports the right device with the right identity. */
function isIntact({ device, identity }: TgtTargetReport, target: TgtTargetFile): boolean {
  return (
    device === target.device &&
    (target.identity === null || (identity !== null && isSameIdentity(identity, target.identity)))
  );
}

function admittedBy(found: TgtTargetReport) {
  return hostsOf({ initiators: namesIn(found), readOnly: found.readOnly });
}

function stateOf(name: string, found: TgtTargetReport): TargetState {
  return {
    name,
    device: found.device,
    hosts: hostsOf({ initiators: found.rules, readOnly: found.readOnly }),
    sessions: found.sessions.map(({ initiator }) => initiator),
  };
}
