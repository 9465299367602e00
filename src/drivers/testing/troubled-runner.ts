import {
  CommandFailed,
  type Argv,
  type CommandOptions,
  type CommandRunner,
} from '../command/command-runner.js';
import type { Trouble } from '../conformance/index.js';
import { DriverError } from '../contract/index.js';

/** Notes every command, and lets one of them run into trouble. */
export class TroubledRunner implements CommandRunner {
  readonly commands: Argv[] = [];
  private awaited: { left: number; readonly trouble: Trouble } | null = null;

  constructor(private readonly real: CommandRunner) {}

  /** As the kit's hook of that name wants it. */
  readonly interrupt = (step: number, trouble: Trouble): (() => boolean) => {
    const awaited = { left: step, trouble };
    this.awaited = awaited;
    return () => {
      this.awaited = null;
      return awaited.left < 0;
    };
  };

  async run(argv: Argv, options: CommandOptions): Promise<string> {
    options.signal.throwIfAborted();
    this.commands.push(argv);
    const [program] = argv;
    const trouble = this.awaited !== null && this.awaited.left-- === 0 ? this.awaited.trouble : null;
    if (trouble === 'fails') throw new CommandFailed(program, 1, 'simulated failure');
    if (trouble === 'hangs') throw new DriverError('UNAVAILABLE', `${program} did not end within 1 ms`);
    if (trouble === null) return this.real.run(argv, options);
    await this.real.run(argv, options).catch(() => undefined);
    throw new CommandFailed(program, null, 'killed');
  }
}
