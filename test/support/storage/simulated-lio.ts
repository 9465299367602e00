import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CommandFailed,
  type Argv,
  type CommandOptions,
} from '../../../src/drivers/command/command-runner.js';
import { DriverError, type AccessMode } from '../../../src/drivers/contract/index.js';
import { naaOfSerial, wwnOf } from '../../../src/drivers/lvm/targets/disk-identity.js';
import { AwaitedTrouble } from './awaited-trouble.js';

const NO_SESSION = 'No active iSCSI Session for Initiator Endpoint: ';

/** LIO's configfs as a folder, and a targetcli that changes it. Like targetcli, it skips failed lines. */
export class SimulatedLio {
  private readonly awaited = new AwaitedTrouble();

  constructor(readonly root: string) {}

  async setup(): Promise<void> {
    await mkdir(join(this.root, 'iscsi'), { recursive: true });
    await mkdir(join(this.root, 'core', 'iblock_0'), { recursive: true });
  }

  /** Returns the command's output, or null if it is not targetcli. */
  async run([program]: Argv, { stdin = '' }: CommandOptions): Promise<string | null> {
    if (program !== 'targetcli') return null;
    for (const line of stdin.split('\n').filter((text) => text !== '')) {
      const trouble = this.awaited.next();
      if (trouble === null || trouble === 'dies after success') {
        await this.obey(line.split(' ')).catch(() => undefined);
      }
      if (trouble === 'hangs') throw new DriverError('UNAVAILABLE', 'targetcli did not end within 1 ms');
      if (trouble !== null) throw new CommandFailed('targetcli', null, 'killed');
    }
    return '';
  }

  /** Implements the conformance kit's hook of that name. A step is a line, after which targetcli ends. */
  readonly interrupt = this.awaited.interrupt;

  /** Returns the names of the targets and backstores. */
  async left(): Promise<readonly string[]> {
    const backstores = await readdir(join(this.root, 'core', 'iblock_0'));
    return [...(await readdir(join(this.root, 'iscsi'))), ...backstores];
  }

  /** Removes the volume's target and backstore. */
  async lose(volumeId: string): Promise<void> {
    const iqns = await readdir(join(this.root, 'iscsi'));
    for (const iqn of iqns.filter((name) => name.endsWith(volumeId))) {
      await rm(join(this.root, 'iscsi', iqn), { recursive: true });
    }
    await rm(this.backstore(`volume-${volumeId}`), { recursive: true, force: true });
  }

  /** Returns the identity that a host reads from VPD page 0x83 of the volume's disk. */
  async wwnOf(volumeId: string): Promise<string> {
    const file = join(this.backstore(`volume-${volumeId}`), 'wwn', 'vpd_unit_serial');
    return wwnOf(naaOfSerial((await readFile(file, 'utf8')).replace(/^.*: /, '')));
  }

  /** Returns the hosts of the only target's volume, with their modes. */
  async admitted(): Promise<readonly (readonly [initiator: string, mode: AccessMode])[]> {
    const [iqn = ''] = await readdir(join(this.root, 'iscsi'));
    const acls = join(this.root, 'iscsi', iqn, 'tpgt_1', 'acls');
    return Promise.all(
      (await readdir(acls)).map(async (initiator) => {
        const protect = await readFile(join(acls, initiator, 'lun_0', 'write_protect'), 'utf8');
        return [initiator, protect.trim() === '1' ? 'ro' : 'rw'] as const;
      }),
    );
  }

  private async obey([path = '', verb = '', ...args]: readonly string[]): Promise<void> {
    const [first = '', second = ''] = args;
    const valueOf = (key: string) =>
      args.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
    if (path === '/backstores/block') {
      if (verb === 'delete') await rm(this.backstore(first), { recursive: true });
      else await this.makeBackstore(valueOf('name'), valueOf('dev'), valueOf('wwn'));
      return;
    }
    if (path === '/iscsi') {
      if (verb === 'delete') await rm(join(this.root, 'iscsi', first), { recursive: true });
      else await this.makeTarget(first);
      return;
    }
    const [, iqn = '', below = ''] = /^\/iscsi\/([^/]+)\/tpg1\/?(.*)$/.exec(path) ?? [];
    const tpg = join(this.root, 'iscsi', iqn, 'tpgt_1');
    if (iqn === '') return;
    if (below === '' && verb === 'set') await this.setAttributes(tpg, args.slice(1));
    if (below === 'luns') await this.mapBackstore(tpg, first);
    const address = first.includes(':') ? `[${first}]` : first;
    if (below === 'portals') await this.changePortal(tpg, verb, `${address}:${second}`);
    if (below === 'acls' && verb === 'delete') await rm(join(tpg, 'acls', first), { recursive: true });
    if (below === 'acls' && verb === 'create') await this.admit(tpg, valueOf('wwn'));
    const acl = join(tpg, below);
    if (below.startsWith('acls/') && verb === 'set') {
      await this.make(join(acl, 'auth'), { userid: valueOf('userid'), password: valueOf('password') });
    }
    if (below.startsWith('acls/') && verb === 'delete')
      await rm(join(acl, `lun_${first}`), { recursive: true });
    if (below.startsWith('acls/') && verb === 'create') {
      await this.make(join(acl, `lun_${valueOf('mapped_lun')}`), { write_protect: valueOf('write_protect') });
    }
  }

  /** Fails if the backstore exists, which stays as it is. */
  private async makeBackstore(name: string, device: string, serial: string): Promise<void> {
    await mkdir(this.backstore(name));
    const made = serial === '' ? randomUUID() : serial;
    await this.make(this.backstore(name), { udev_path: device });
    await this.make(join(this.backstore(name), 'wwn'), {
      vpd_unit_serial: `T10 VPD Unit Serial Number: ${made}`,
    });
  }

  private async makeTarget(iqn: string): Promise<void> {
    const tpg = join(this.root, 'iscsi', iqn, 'tpgt_1');
    await mkdir(join(this.root, 'iscsi', iqn));
    await this.make(tpg, { enable: '1' });
    await this.make(join(tpg, 'attrib'), { authentication: '0', generate_node_acls: '0' });
    await mkdir(join(tpg, 'np', '0.0.0.0:3260'), { recursive: true });
    await mkdir(join(tpg, 'lun'));
    await mkdir(join(tpg, 'acls'));
  }

  private async setAttributes(tpg: string, words: readonly string[]): Promise<void> {
    for (const word of words) {
      const [name = '', value = ''] = word.split('=');
      await this.make(join(tpg, 'attrib'), { [name]: value });
    }
  }

  private async mapBackstore(tpg: string, backstore: string): Promise<void> {
    const lun = join(tpg, 'lun', 'lun_0');
    await mkdir(lun);
    await symlink(this.backstore(backstore.split('/').at(-1) ?? ''), join(lun, 'b0'));
  }

  private async changePortal(tpg: string, verb: string, portal: string): Promise<void> {
    if (verb === 'create') await mkdir(join(tpg, 'np', portal));
    else await rm(join(tpg, 'np', portal), { recursive: true });
  }

  private async admit(tpg: string, initiator: string): Promise<void> {
    const acl = join(tpg, 'acls', initiator.toLowerCase());
    await mkdir(acl);
    await this.make(acl, { info: `${NO_SESSION}${initiator}` });
  }

  private async make(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), `${text}\n`);
  }

  private backstore(name: string): string {
    return join(this.root, 'core', 'iblock_0', name);
  }
}
