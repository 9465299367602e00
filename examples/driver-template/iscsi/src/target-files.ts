import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chap } from './storage.js';

/** What one target is made of, in the format of targets.conf(5). */
export interface TargetFile {
  readonly iqn: string;
  readonly device: string;
  /** The NAA designator: hosts know the disk by it, so it comes from the volume's id. */
  readonly naa: string;
  readonly chap: Chap;
  readonly initiators: readonly string[];
}

/** Without an address, tgt-admin would open the target to ALL. No host has this one. */
export const NOBODY = '255.255.255.255';

/** They contain CHAP passwords. */
const OWNER_ONLY = 0o600;

/** The targets' files: they outlive a restart of tgtd, and pass credentials where no other user can read them. */
export class TargetFiles {
  constructor(private readonly folder: string) {}

  async setup(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  pathOf(volumeId: string): string {
    return join(this.folder, `${volumeId}.conf`);
  }

  /** Returns null if there is no file, or if it is of another kind. */
  async read(volumeId: string): Promise<TargetFile | null> {
    try {
      return parsed(await readFile(this.pathOf(volumeId), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Writes the file whole or not at all. */
  async write(volumeId: string, target: TargetFile): Promise<void> {
    const path = this.pathOf(volumeId);
    await writeFile(`${path}.new`, rendered(target), { mode: OWNER_ONLY });
    await rename(`${path}.new`, path);
  }

  async remove(volumeId: string): Promise<void> {
    await rm(this.pathOf(volumeId), { force: true });
  }
}

function rendered({ iqn, device, naa, chap, initiators }: TargetFile): string {
  return [
    `<target ${iqn}>`,
    '  driver iscsi',
    `  <backing-store ${device}>`,
    '    lun 1',
    `    scsi_id "${naa}"`,
    `    scsi_sn "${naa}"`,
    '  </backing-store>',
    `  incominguser ${chap.username} ${chap.password}`,
    `  initiator-address ${NOBODY}`,
    ...initiators.map((initiator) => `  initiator-name ${initiator}`),
    '</target>',
    '',
  ].join('\n');
}

/** Reads what `rendered` wrote. */
export function parsed(text: string): TargetFile | null {
  const word = (pattern: RegExp) => pattern.exec(text)?.[1];
  const iqn = word(/^<target (\S+)>$/m);
  const device = word(/^ *<backing-store (\S+)>$/m);
  const naa = word(/^ *scsi_id "(\S+)"$/m);
  const [, username, password] = /^ *incominguser (\S+) (\S+)$/m.exec(text) ?? [];
  if (iqn === undefined || device === undefined || naa === undefined) return null;
  if (username === undefined || password === undefined) return null;
  const initiators = [...text.matchAll(/^ *initiator-name (\S+)$/gm)].map(([, name = '']) => name);
  return { iqn, device, naa, chap: { username, password }, initiators };
}
