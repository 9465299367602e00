import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailed, type Argv, type CommandOptions } from '../../command/command-runner.js';
import type { Trouble } from '../../conformance/index.js';
import { DriverError, type AccessMode } from '../../contract/index.js';

const NO_SESSION = 'No active iSCSI Session for Initiator Endpoint: ';

/** LIO's configfs as a folder, and a targetcli that changes it. A line that fails is passed over, as targetcli does. */
export class SimulatedLio {
  private awaited: { left: number; readonly trouble: Trouble } | null = null;

  constructor(readonly root: string) {}

  async setup(): Promise<void> {
    await mkdir(join(this.root, 'iscsi'), { recursive: true });
    await mkdir(join(this.root, 'core', 'iblock_0'), { recursive: true });
  }

  /** What the command prints, or null when it is not targetcli. */
  async run([program]: Argv, { stdin = '' }: CommandOptions): Promise<string | null> {
    if (program !== 'targetcli') return null;
    for (const line of stdin.split('\n').filter((text) => text !== '')) {
      const trouble = this.awaited !== null && this.awaited.left-- === 0 ? this.awaited.trouble : null;
      if (trouble === null || trouble === 'dies after success') {
        await this.obey(line.split(' ')).catch(() => undefined);
      }
      if (trouble === 'hangs') throw new DriverError('UNAVAILABLE', 'targetcli did not end within 1 ms');
      if (trouble !== null) throw new CommandFailed('targetcli', null, 'killed');
    }
    return '';
  }

  /** As the kit's hook of that name wants it; here a step is a line, with which targetcli ends. */
  readonly interrupt = (step: number, trouble: Trouble): (() => boolean) => {
    const awaited = { left: step, trouble };
    this.awaited = awaited;
    return () => {
      this.awaited = null;
      return awaited.left < 0;
    };
  };

  /** The names of the targets and of the backstores. */
  async left(): Promise<readonly string[]> {
    const backstores = await readdir(join(this.root, 'core', 'iblock_0'));
    return [...(await readdir(join(this.root, 'iscsi'))), ...backstores];
  }

  /** The hosts that see the volume of the only target, and how. */
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
      else await this.make(this.backstore(valueOf('name')), { udev_path: valueOf('dev') });
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
