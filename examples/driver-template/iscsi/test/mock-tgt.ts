import { readFile } from 'node:fs/promises';
import type { Command, Outcome } from '../src/program.js';
import { NOBODY, parsed } from '../src/target-files.js';
import type { Transport } from '../src/transport.js';

interface MockTarget {
  readonly tid: number;
  readonly username: string;
  initiators: readonly string[];
}

const DONE: Outcome = { status: 0, stdout: '', stderr: '' };

/** tgtd, tgtadm and tgt-admin as far as the driver uses them. */
export class MockTgt {
  private readonly targets = new Map<string, MockTarget>();
  private accounts: readonly string[] = [];

  /** Forgets a target, as a restart of tgtd does. */
  lose(iqn: string): void {
    this.targets.delete(iqn);
  }

  readonly transport: Transport<Command, Outcome> = async ({ argv }, signal) => {
    signal.throwIfAborted();
    const after = (flag: string) => argv[argv.indexOf(flag) + 1] ?? '';
    if (argv[0] === 'tgt-admin') return this.update(after('-c'));
    switch (`${after('--mode')} ${after('--op')}`) {
      case 'target show':
        return { ...DONE, stdout: this.report() };
      case 'account delete':
        return this.deleteAccount(after('--user'));
      case 'target delete':
        return this.change(Number(after('--tid')), (iqn) => this.targets.delete(iqn));
      case 'target bind':
        return this.change(Number(after('--tid')), (_iqn, target) => {
          target.initiators = [...target.initiators, after('--initiator-name')];
        });
      case 'target unbind':
        return this.change(Number(after('--tid')), (_iqn, target) => {
          target.initiators = target.initiators.filter((one) => one !== after('--initiator-name'));
        });
      default:
        return refused('invalid request');
    }
  };

  private async update(path: string): Promise<Outcome> {
    const file = parsed(await readFile(path, 'utf8'));
    if (file === null) return refused('cannot read the configuration');
    const tid = Math.max(0, ...[...this.targets.values()].map((target) => target.tid)) + 1;
    const { username } = file.chap;
    this.targets.set(file.iqn, { tid, username, initiators: [NOBODY, ...file.initiators] });
    this.accounts = [...this.accounts, username];
    return DONE;
  }

  private deleteAccount(username: string): Outcome {
    if (!this.accounts.includes(username)) return refused("can't find the account");
    this.accounts = this.accounts.filter((account) => account !== username);
    return DONE;
  }

  private change(tid: number, change: (iqn: string, target: MockTarget) => unknown): Outcome {
    const found = [...this.targets].find(([, target]) => target.tid === tid);
    if (found === undefined) return refused("can't find the target");
    change(...found);
    return DONE;
  }

  private report(): string {
    return [...this.targets]
      .map(([iqn, { tid, username, initiators }]) =>
        [
          `Target ${String(tid)}: ${iqn}`,
          '    System information:',
          '        Driver: iscsi',
          '        State: ready',
          '    I_T nexus information:',
          '    LUN information:',
          '    Account information:',
          `        ${username}`,
          '    ACL information:',
          ...initiators.map((initiator) => `        ${initiator}`),
          '',
        ].join('\n'),
      )
      .join('');
  }
}

function refused(stderr: string): Outcome {
  return { status: 22, stdout: '', stderr: `tgtadm: ${stderr}\n` };
}
