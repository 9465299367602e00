import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../../contract/index.js';
import type { AdmittedHost } from '../target.js';
import { LIO_LUN } from './lio-script.js';

/** One target as the kernel has it. */
export interface LioTargetState {
  readonly iqn: string;
  /** The device of the volume's LUN; null when there is no such LUN. */
  readonly device: string | null;
  /** Whether it is open for logins, with CHAP and for admitted hosts only. */
  readonly ready: boolean;
  readonly hosts: readonly (AdmittedHost & { readonly username: string; readonly mapped: boolean })[];
  readonly sessions: readonly string[];
  /** As in the option `portals`. */
  readonly portals: readonly string[];
}

/**
 * Reads the kernel's own state of LIO, which configfs shows as files that everybody may read but for the secrets:
 * in a millisecond, where targetcli takes a second.
 */
export class LioConfigfs {
  /** @param root where the kernel shows it, `/sys/kernel/config/target`. */
  constructor(private readonly root: string) {}

  /** @throws UNAVAILABLE when the kernel has no LIO, or its modules are not loaded. */
  async setup(): Promise<void> {
    try {
      await readdir(this.root);
    } catch (cause) {
      throw new DriverError(
        'UNAVAILABLE',
        `${this.root} cannot be read: modprobe iscsi_target_mod, and enable the service "target" (rtslib-fb-targetctl)`,
        { cause },
      );
    }
  }

  async iqns(): Promise<readonly string[]> {
    return (await this.list('iscsi')).filter((name) => /^(iqn|eui|naa)\./.test(name));
  }

  async find(iqn: string): Promise<LioTargetState | null> {
    if (!(await this.iqns()).includes(iqn)) return null;
    const tpg = join('iscsi', iqn, 'tpgt_1');
    const initiators = await this.list(join(tpg, 'acls'));
    const hosts = await Promise.all(initiators.map((initiator) => this.host(tpg, initiator)));
    const attribute = (name: string) => this.read(join(tpg, 'attrib', name));
    return {
      iqn,
      device: await this.deviceOf(join(tpg, 'lun', `lun_${LIO_LUN}`)),
      ready:
        (await this.read(join(tpg, 'enable'))) === '1' &&
        (await attribute('authentication')) === '1' &&
        (await attribute('generate_node_acls')) === '0',
      hosts,
      sessions: hosts.filter(({ connected }) => connected).map(({ initiator }) => initiator),
      portals: await this.list(join(tpg, 'np')),
    };
  }

  /** Whether a block backstore of that name is there, in a target or not. */
  async hasBackstore(name: string): Promise<boolean> {
    for (const group of await this.list('core')) {
      if (group.startsWith('iblock_') && (await this.list(join('core', group))).includes(name)) return true;
    }
    return false;
  }

  private async host(tpg: string, initiator: string) {
    const acl = join(tpg, 'acls', initiator);
    const protect = await this.read(join(acl, `lun_${LIO_LUN}`, 'write_protect'));
    const info = await this.read(join(acl, 'info'));
    return {
      initiator,
      mode: protect === '1' ? ('ro' as const) : ('rw' as const),
      mapped: protect !== null,
      username: (await this.read(join(acl, 'auth', 'userid'))) ?? '',
      connected: info !== null && !info.startsWith('No active iSCSI Session'),
    };
  }

  /** The LUN's folder has a link to its backstore. */
  private async deviceOf(lun: string): Promise<string | null> {
    for (const entry of await this.list(lun)) {
      const device = await this.read(join(lun, entry, 'udev_path'));
      if (device !== null) return device;
    }
    return null;
  }

  private async list(path: string): Promise<readonly string[]> {
    try {
      const entries = await readdir(join(this.root, path), { withFileTypes: true });
      return entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  }

  private async read(path: string): Promise<string | null> {
    try {
      return (await readFile(join(this.root, path), 'utf8')).trim();
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }
}

/** Also what goes away while it is read. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENODEV';
}
