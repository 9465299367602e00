import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../../contract/index.js';
import type { ChapCredentials } from '../target.js';
import { TGT_LUN } from './tgt-commands.js';

/**
 * An address that no host can have. tgt-admin opens a target to ALL unless its file names an address, even when it
 * names initiators, and tgtd lets in whoever fits any one rule.
 */
export const NOBODY = '255.255.255.255';

/** What tgtd is to know about one target again after a restart. */
export interface TgtTargetFile {
  readonly iqn: string;
  readonly device: string;
  readonly credentials: ChapCredentials;
  readonly initiators: readonly string[];
  readonly readOnly: boolean;
  /** Whether hosts may discard. */
  readonly discard: boolean;
}

/** The file in the format of targets.conf(5). */
export function render(target: TgtTargetFile): string {
  const { username, password } = target.credentials;
  return [
    `<target ${target.iqn}>`,
    '  driver iscsi',
    `  <backing-store ${target.device}>`,
    `    lun ${TGT_LUN}`,
    `    readonly ${target.readOnly ? 1 : 0}`,
    `    params thin_provisioning=${target.discard ? 1 : 0}`,
    '  </backing-store>',
    `  incominguser ${username} ${password}`,
    `  initiator-address ${NOBODY}`,
    ...target.initiators.map((initiator) => `  initiator-name ${initiator}`),
    '</target>',
    '',
  ].join('\n');
}

/** What {@link render} wrote, or null when the text is something else. */
export function parse(text: string): TgtTargetFile | null {
  const one = (pattern: RegExp) => pattern.exec(text)?.[1];
  const iqn = one(/^<target (\S+)>$/m);
  const device = one(/^ *<backing-store (\S+)>$/m);
  const [, username, password] = /^ *incominguser (\S+) (\S+)$/m.exec(text) ?? [];
  if (iqn === undefined || device === undefined || username === undefined || password === undefined)
    return null;
  return {
    iqn,
    device,
    credentials: { username, password },
    initiators: [...text.matchAll(/^ *initiator-name (\S+)$/gm)].map(([, name]) => name ?? ''),
    readOnly: one(/^ *readonly (\d)$/m) === '1',
    discard: one(/^ *params thin_provisioning=(\d)$/m) === '1',
  };
}

/** Files hold CHAP passwords. */
const OWNER_ONLY = 0o600;

/** The targets' files, one each, written whole or not at all. */
export class TgtFiles {
  constructor(private readonly folder: string) {}

  async setup(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Which portals are closed for a moment; not a file that tgt reads. */
  get closedPortals(): string {
    return join(this.folder, 'closed-portals.json');
  }

  pathOf(name: string): string {
    return join(this.folder, `${name}.conf`);
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
