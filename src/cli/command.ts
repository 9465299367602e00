/** A command of the `clinker` program. */
export interface Command {
  /** The word after `clinker`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Output of `clinker <name> --help`. */
  readonly usage: string;
  /** Runs the command with the arguments after its name; returns the exit status. */
  run(args: readonly string[]): Promise<number>;
}

/** Invalid command line; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
