import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../../platform/make-folder.js';
import { DriverError } from '../../../contract/index.js';
import type { DiskIdentity } from '../disk-identity.js';
import type { ChapCredentials } from '../../../iscsi/iscsi-connection.js';
import { volumeNameIn } from '../target.js';
import { TGT_LUN } from './tgt-commands.js';

/**
 * An address that no host can have. Unless a target's file has an initiator address, tgt-admin opens the target to ALL,
 * even if the file has initiator names; and tgtd admits hosts that match any single rule.
 */
export const NOBODY = '255.255.255.255';

/** Configuration of one target, which tgtd reads after a restart. */
export interface TgtTargetFile {
  readonly iqn: string;
  readonly device: string;
  readonly credentials: ChapCredentials;
  readonly initiators: readonly string[];
  readonly readOnly: boolean;
  /** True if hosts may discard. */
  readonly discard: boolean;
  /** Null in files of versions that left it to tgtd, which derives it from the target number. */
  readonly identity: DiskIdentity | null;
}

/** Renders the file in the format of targets.conf(5). */
export function render(target: TgtTargetFile): string {
  const { identity, credentials } = target;
  const { username, password } = credentials;
  return [
    `<target ${target.iqn}>`,
    '  driver iscsi',
    `  <backing-store ${target.device}>`,
    `    lun ${TGT_LUN}`,
    `    readonly ${target.readOnly ? 1 : 0}`,
    `    params thin_provisioning=${target.discard ? 1 : 0}`,
    ...(identity === null ? [] : [`    scsi_id "${identity.id}"`, `    scsi_sn "${identity.serial}"`]),
    '  </backing-store>',
    `  incominguser ${username} ${password}`,
    `  initiator-address ${NOBODY}`,
    ...target.initiators.map((initiator) => `  initiator-name ${initiator}`),
    '</target>',
    '',
  ].join('\n');
}

/** Parses the output of {@link render}; returns null for other text. */
export function parse(text: string): TgtTargetFile | null {
  const one = (pattern: RegExp) => pattern.exec(text)?.[1];
  const iqn = one(/^<target (\S+)>$/m);
  const device = one(/^ *<backing-store (\S+)>$/m);
  const [, username, password] = /^ *incominguser (\S+) (\S+)$/m.exec(text) ?? [];
  if (iqn === undefined || device === undefined || username === undefined || password === undefined)
    return null;
  const [id, serial] = [one(/^ *scsi_id "([^"]+)"$/m), one(/^ *scsi_sn "([^"]+)"$/m)];
  return {
    iqn,
    device,
    credentials: { username, password },
    initiators: [...text.matchAll(/^ *initiator-name (\S+)$/gm)].map(([, name]) => name ?? ''),
    readOnly: one(/^ *readonly (\d)$/m) === '1',
    discard: one(/^ *params thin_provisioning=(\d)$/m) === '1',
    identity: id === undefined || serial === undefined ? null : { id, serial },
  };
}

/** The files contain CHAP passwords. */
const OWNER_ONLY = 0o600;

/** The targets' files, one per target, written atomically. */
export class TgtFiles {
  constructor(private readonly folder: string) {}

  async setup(): Promise<void> {
    await makeFolder(this.folder, 0o700);
  }

  /** Path of the record of temporarily closed portals. tgt does not read it. */
  get closedPortals(): string {
    return join(this.folder, 'closed-portals.json');
  }

  pathOf(name: string): string {
    return join(this.folder, `${name}.conf`);
  }

  /** Returns the names of the volumes that have a file. */
  async names(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.folder);
      return names.flatMap((name) => (name.endsWith('.conf') ? [name.slice(0, -'.conf'.length)] : []));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new DriverError('INTERNAL', `the folder ${this.folder} could not be read`, { cause });
    }
  }

  /** Moves the files here from another folder. If they stayed, tgtd could read them later and admit former hosts. */
  async adopt(other: TgtFiles): Promise<void> {
    if (other.folder === this.folder) return;
    await this.setup();
    for (const name of await other.names()) {
      const target = await other.read(name);
      if (volumeNameIn(name) !== name || target === null) continue;
      if ((await this.read(name)) === null) await this.write(name, target);
      await other.delete(name);
    }
  }

  async read(name: string): Promise<TgtTargetFile | null> {
    try {
      return parse(await readFile(this.pathOf(name), 'utf8'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new DriverError('INTERNAL', `the file of target ${name} could not be read`, { cause });
    }
  }

  async write(name: string, target: TgtTargetFile): Promise<void> {
    const file = this.pathOf(name);
    try {
      await writeFile(`${file}.tmp`, render(target), { mode: OWNER_ONLY });
      await rename(`${file}.tmp`, file);
    } catch (cause) {
      throw new DriverError('INTERNAL', `the file of target ${name} could not be written`, { cause });
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
    await rm(`${this.pathOf(name)}.tmp`, { force: true });
  }
}
