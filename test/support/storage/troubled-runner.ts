import {
  CommandFailed,
  type Argv,
  type CommandOptions,
  type CommandRunner,
} from '../../../src/drivers/command/command-runner.js';
import { DriverError } from '../../../src/drivers/contract/index.js';
import { AwaitedTrouble } from './awaited-trouble.js';

/** Records every command, and makes one of them run into trouble. */
export class TroubledRunner implements CommandRunner {
  readonly commands: Argv[] = [];
  private readonly awaited = new AwaitedTrouble();

  constructor(private readonly real: CommandRunner) {}

  /** Implements the conformance kit's hook of that name. */
  readonly interrupt = this.awaited.interrupt;

  async run(argv: Argv, options: CommandOptions): Promise<string> {
    options.signal.throwIfAborted();
    this.commands.push(argv);
    const [program] = argv;
    const trouble = this.awaited.next();
    if (trouble === 'fails') throw new CommandFailed(program, 1, 'simulated failure');
    if (trouble === 'hangs') throw new DriverError('UNAVAILABLE', `${program} did not end within 1 ms`);
    if (trouble === null) return this.real.run(argv, options);
    await this.real.run(argv, options).catch(() => undefined);
    throw new CommandFailed(program, null, 'killed');
  }
}
