import {
  CommandFailed,
  type Argv,
  type CommandOptions,
  type CommandRunner,
} from '../../../src/drivers/command/command-runner.js';
import { TroubledRunner } from './troubled-runner.js';
import { SimulatedGanesha } from './simulated-ganesha.js';

/**
 * A machine without NFS. Mounts and exports are kept in memory; the runner behind it executes all file commands.
 */
export class SimulatedHost implements CommandRunner {
  readonly mounts = new Map<string, string>();
  readonly exports = new Map<string, string>();
  readonly ganesha = new SimulatedGanesha();
  /** Programs that fail with a text, for instance a stale `stat`. */
  readonly broken = new Map<string, string>();
  /** Fixed outputs of programs that then do nothing else. */
  readonly answers = new Map<string, string>();
  /** The runner for the drivers. */
  readonly runner = new TroubledRunner(this);

  constructor(private readonly real: CommandRunner) {}

  async run(argv: Argv, options: CommandOptions): Promise<string> {
    const text = this.broken.get(argv[0]);
    if (text !== undefined) throw new CommandFailed(argv[0], 1, text);
    if (argv[0] === 'busctl') return await this.ganesha.call(argv);
    return this.answers.get(argv[0]) ?? this.simulated(argv) ?? (await this.real.run(argv, options));
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
