import { readFile } from 'node:fs/promises';
import { CommandFailed, type Argv } from '../../../src/drivers/command/command-runner.js';
import { naaOfId, wwnOf, type DiskIdentity } from '../../../src/drivers/lvm/targets/disk-identity.js';
import { NOBODY, parse } from '../../../src/drivers/lvm/targets/tgt/tgt-file.js';

interface SimulatedTarget {
  readonly tid: number;
  readonly device: string;
  readonly megabytes: number;
  readonly account: string;
  readonly rules: Set<string>;
  readonly identity: DiskIdentity;
  readOnly: boolean;
}

/** A tgtd without a network. It accepts tgtadm and tgt-admin commands and reports like tgt 1.0.85. */
export class SimulatedTgtd {
  readonly targets = new Map<string, SimulatedTarget>();
  readonly accounts = new Set<string>();
  /** Initiators with a session, by target number. A session ends when told to. */
  readonly sessions = new Map<number, string[]>();
  /** Portals on which it listens. */
  readonly portals = new Set(['0.0.0.0:3260', '[::]:3260']);
  version = '1.0.85';
  /** True while it runs. */
  isRunning = true;
  private lastTid = 0;

  /** @param sizeOf returns the size of a device in GiB. */
  constructor(private readonly sizeOf: (device: string) => number) {}

  /** Forgets everything, as a crash does. */
  restart(): void {
    this.targets.clear();
    this.accounts.clear();
    this.sessions.clear();
    this.lastTid = 0;
  }

  /** Returns the identity that a host reads from VPD page 0x83 of the volume's disk. */
  wwnOf(volumeId: string): string {
    const [, target] = [...this.targets].find(([iqn]) => iqn.endsWith(volumeId)) ?? [];
    return wwnOf(naaOfId(target?.identity.id ?? ''));
  }

  /** Returns the command's output, or null if it is not a command of tgt. */
  async run([program, ...args]: Argv): Promise<string | null> {
    const option = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    if (program === 'tgtadm' && args[0] === '--version') return `${this.version}\n`;
    if (!this.isRunning && /^tgt-?adm/.test(program)) {
      throw new CommandFailed(program, 107, 'tgtadm: failed to send request hdr to tgt daemon');
    }
    if (program === 'tgt-admin') return this.update(option('-c'), option('--update'));
    if (program !== 'tgtadm') return null;
    const operation = `${option('--mode')} ${option('--op')}`;
    if (operation === 'target show') return [...this.targets].map((target) => this.shown(target)).join('');
    if (option('--mode') === 'portal')
      return this.runOnPortals(option('--op'), option('--param').replace('portal=', ''));
    if (operation === 'account delete') {
      return this.refusedUnless(this.accounts.delete(option('--user')), "can't find the account");
    }
    const tid = Number(option('--tid'));
    const [iqn, target] = [...this.targets].find(([, found]) => found.tid === tid) ?? [];
    if (iqn === undefined || target === undefined) return this.refusedUnless(false, "can't find the target");
    const rule = option('--initiator-name');
    if (operation === 'target bind') target.rules.add(rule);
    if (operation === 'target unbind') {
      this.refusedUnless(target.rules.delete(rule), 'acl does not exist');
    }
    if (operation === 'target delete') this.targets.delete(iqn);
    if (operation === 'logicalunit update') target.readOnly = option('--params') === 'readonly=1';
    if (operation === 'conn delete') this.sessions.delete(tid);
    return '';
  }

  private runOnPortals(operation: string, portal: string): string {
    if (operation === 'show') return [...this.portals].map((open) => `Portal: ${open},1\n`).join('');
    const isOpen = this.portals.has(portal);
    if (operation === 'new') this.portals.add(portal);
    else this.portals.delete(portal);
    return this.refusedUnless(isOpen === (operation === 'delete'), 'invalid request');
  }

  private async update(path: string, iqn: string): Promise<string> {
    const file = parse(await readFile(path, 'utf8'));
    if (file === null || file.iqn !== iqn) throw new CommandFailed('tgt-admin', 1, 'nothing to update');
    this.accounts.add(file.credentials.username);
    const tid = (this.lastTid += 1);
    this.targets.set(iqn, {
      tid,
      device: file.device,
      megabytes: Math.round((this.sizeOf(file.device) * 2 ** 30) / 1e6),
      account: file.credentials.username,
      rules: new Set(file.initiators),
      identity: file.identity ?? { id: `IET     000${tid}0001`, serial: `beaf${tid}1` },
      readOnly: file.readOnly,
    });
    return '';
  }

  private shown([iqn, { tid, device, megabytes, account, rules, identity, readOnly }]: [
    string,
    SimulatedTarget,
  ]): string {
    const sessions = (this.sessions.get(tid) ?? []).flatMap((initiator, index) => [
      `        I_T nexus: ${index + 1}`,
      `            Initiator: ${initiator} alias: none`,
      '            Connection: 0',
      '                IP Address: 127.0.0.1',
    ]);
    return [
      `Target ${tid}: ${iqn}`,
      '    System information:',
      '        Driver: iscsi',
      '        State: ready',
      '    I_T nexus information:',
      ...sessions,
      '    LUN information:',
      '        LUN: 0',
      '            Type: controller',
      '            Backing store path: None',
      '        LUN: 1',
      '            Type: disk',
      `            SCSI ID: ${identity.id}`,
      `            SCSI SN: ${identity.serial}`,
      `            Size: ${megabytes} MB, Block size: 512`,
      `            Readonly: ${readOnly ? 'Yes' : 'No'}`,
      `            Backing store path: ${device}`,
      '    Account information:',
      `        ${account}`,
      '    ACL information:',
      ...[NOBODY, ...rules].map((rule) => `        ${rule}`),
      '',
    ].join('\n');
  }

  private refusedUnless(done: boolean, text: string): string {
    if (!done) throw new CommandFailed('tgtadm', 22, `tgtadm: ${text}`);
    return '';
  }
}
