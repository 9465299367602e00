import { readFile } from 'node:fs/promises';
import { CommandFailed, type Argv } from '../../command/command-runner.js';
import { NOBODY, parse } from '../targets/tgt/tgt-file.js';

interface SimulatedTarget {
  readonly tid: number;
  readonly device: string;
  readonly megabytes: number;
  readonly account: string;
  readonly rules: Set<string>;
  readOnly: boolean;
}

/** A tgtd without a network: it takes the commands of tgtadm and tgt-admin, and reports as tgt 1.0.85 does. */
export class SimulatedTgtd {
  readonly targets = new Map<string, SimulatedTarget>();
  readonly accounts = new Set<string>();
  /** Who is logged in, by target number; a session goes when it is told to. */
  readonly sessions = new Map<number, string[]>();
  /** Where it listens. */
  readonly portals = new Set(['0.0.0.0:3260', '[::]:3260']);
  private lastTid = 0;

  /** @param sizeOf the size of a device in GiB. */
  constructor(private readonly sizeOf: (device: string) => number) {}

  /** What the command prints, or null when it is none of tgt's. */
  async run([program, ...args]: Argv): Promise<string | null> {
    const option = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
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
    this.targets.set(iqn, {
      tid: (this.lastTid += 1),
      device: file.device,
      megabytes: Math.round((this.sizeOf(file.device) * 2 ** 30) / 1e6),
      account: file.credentials.username,
      rules: new Set(file.initiators),
      readOnly: file.readOnly,
    });
    return '';
  }

  private shown([iqn, { tid, device, megabytes, account, rules, readOnly }]: [
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
