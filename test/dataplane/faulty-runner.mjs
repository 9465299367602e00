import { CommandFailed } from '../../dist/drivers/command/command-runner.js';
import { DriverError } from '../../dist/drivers/contract/index.js';

/** Runs commands, one of which can be made to fail. */
export class FaultyRunner {
  #left = null;
  #kind = '';

  constructor(runner) {
    this.runner = runner;
  }

  /**
   * Makes the command with this number, counted from 0, go wrong: it fails, hangs until its timeout, or its output is
   * lost.
   */
  break(nth, kind) {
    this.#left = nth;
    this.#kind = kind;
  }

  /** Stops injecting faults. @returns whether one occurred. */
  mend() {
    const wentWrong = this.#left !== null && this.#left < 0;
    this.#left = null;
    return wentWrong;
  }

  async run(argv, options) {
    if (this.#left === null) return this.runner.run(argv, options);
    this.#left -= 1;
    if (this.#left !== -1) return this.runner.run(argv, options);
    if (this.#kind === 'hangs') {
      const hurried = AbortSignal.any([options.signal, AbortSignal.timeout(5)]);
      await this.runner.run(['sleep', '60'], { signal: hurried }).catch(() => undefined);
      throw new DriverError('UNAVAILABLE', `${argv[0]} did not end within 5 ms`);
    }
    if (this.#kind === 'dies after success') await this.runner.run(argv, options).catch(() => undefined);
    throw new CommandFailed(argv[0], null, 'killed');
  }
}
