import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../../contract/index.js';
import { volumeNameIn, type AdmittedHost } from '../target.js';
import { LIO_LUN } from './lio-script.js';

/** A target's state in the kernel. */
export interface LioTargetState {
  readonly iqn: string;
  /** The device of the volume's LUN; null when there is no such LUN. */
  readonly device: string | null;
  /** True if it accepts logins, only of admitted hosts and only with CHAP. */
  readonly ready: boolean;
  readonly hosts: readonly (AdmittedHost & { readonly username: string; readonly mapped: boolean })[];
  readonly sessions: readonly string[];
  /** The unit serial number of the backstore behind that LUN; null when there is none. */
  readonly serial: string | null;
  /** In the format of the option `portals`. */
  readonly portals: readonly string[];
}

/**
 * Reads LIO's state from configfs, where everything but the secrets is world-readable. This takes a millisecond;
 * targetcli takes a second.
 */
export class LioConfigfs {
  /** @param root LIO's folder in configfs, `/sys/kernel/config/target`. */
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

  /** Returns the targets whose name ends with the volume's, whatever prefix they were created with. */
  async namesOf(name: string): Promise<readonly string[]> {
    return (await this.iqns()).filter((iqn) => volumeNameIn(iqn) === name);
  }

  async find(iqn: string): Promise<LioTargetState | null> {
    if (!(await this.iqns()).includes(iqn)) return null;
    const tpg = join('iscsi', iqn, 'tpgt_1');
    const initiators = await this.list(join(tpg, 'acls'));
    const hosts = await Promise.all(initiators.map((initiator) => this.host(tpg, initiator)));
    const { device, serial } = await this.backstoreOf(join(tpg, 'lun', `lun_${LIO_LUN}`));
    const attribute = (name: string) => this.read(join(tpg, 'attrib', name));
    return {
      iqn,
      device,
      serial,
      ready:
        (await this.read(join(tpg, 'enable'))) === '1' &&
        (await attribute('authentication')) === '1' &&
        (await attribute('generate_node_acls')) === '0',
      hosts,
      sessions: hosts.filter(({ connected }) => connected).map(({ initiator }) => initiator),
      portals: await this.list(join(tpg, 'np')),
    };
  }

  /** Returns true if a block backstore of that name exists, in a target or not. */
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

  /** Follows the link to the backstore in the LUN's folder. */
  private async backstoreOf(lun: string): Promise<Pick<LioTargetState, 'device' | 'serial'>> {
    for (const entry of await this.list(lun)) {
      const device = await this.read(join(lun, entry, 'udev_path'));
      if (device === null) continue;
      const serial = await this.read(join(lun, entry, 'wwn', 'vpd_unit_serial'));
      return { device, serial: serial?.replace(/^.*: */, '') ?? null };
    }
    return { device: null, serial: null };
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

/** Also true for entries that disappear while they are read. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENODEV';
}
