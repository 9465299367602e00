import {
  CommandFailed,
  type Argv,
  type CommandOptions,
  type CommandRunner,
} from '../../command/command-runner.js';
import { DriverError } from '../../contract/index.js';

/** What happens to one command instead of, or after, its work. */
export type Trouble = 'fails' | 'hangs' | 'dies after success';

/**
 * A machine without NFS: mounts and exports are kept in memory, everything about files is done for real by the
 * runner behind it. One command, counted from 1, may run into trouble.
 */
export class SimulatedHost implements CommandRunner {
  readonly commands: Argv[] = [];
  readonly mounts = new Map<string, string>();
  readonly exports = new Map<string, string>();
  trouble: { readonly at: number; readonly kind: Trouble } | null = null;
  /** Programs that fail with a text, for instance a stale `stat`. */
  readonly broken = new Map<string, string>();

  constructor(private readonly real: CommandRunner) {}

  async run(argv: Argv, options: CommandOptions): Promise<string> {
    options.signal.throwIfAborted();
    this.commands.push(argv);
    const kind = this.trouble?.at === this.commands.length ? this.trouble.kind : null;
    if (kind === 'fails') throw new CommandFailed(argv[0], 1, 'simulated failure');
    if (kind === 'hangs') throw new DriverError('UNAVAILABLE', `${argv[0]} did not end within 1 ms`);
    const text = this.broken.get(argv[0]);
    if (text !== undefined) throw new CommandFailed(argv[0], 1, text);
    const work = () => this.real.run(argv, options);
    const output = this.simulated(argv) ?? (await (kind === null ? work() : work().catch(() => '')));
    if (kind === 'dies after success') throw new CommandFailed(argv[0], null, 'killed');
    return output;
  }

  private simulated([program, ...args]: Argv): string | null {
    const [last = '', before = ''] = args.toReversed();
    if (program === 'cat' && last === '/proc/self/mountinfo') return this.mountinfo();
    if (program === 'mount') {
      this.mounts.set(last, before);
      return '';
    }
    return program === 'exportfs' ? this.exportfs(args) : null;
  }

  private mountinfo(): string {
    const line = ([folder, source]: [string, string], index: number) =>
      `${index + 30} 24 0:${index + 40} / ${folder} rw,relatime shared:1 - nfs4 ${source} rw,vers=4.2\n`;
    return [...this.mounts].map(line).join('');
  }

  private exportfs([flag, options = '', target = '']: readonly string[]): string {
    if (flag === '-o') this.exports.set(target, options);
    if (flag === '-u') this.exports.delete(options);
    if (flag !== '-s') return '';
    const line = ([named, with_]: [string, string]) => {
      const [, client = '', folder = ''] = /^(\[.*\]|[^:]*):(.*)$/.exec(named) ?? [];
      return `${folder}  ${client.replace(/[[\]]/g, '')}(${with_},sec=sys)\n`;
    };
    return [...this.exports].map(line).join('');
  }
}
