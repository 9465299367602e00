/** A command of the `clinker` program. */
export interface Command {
  /** The word after `clinker`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `clinker <name> --help` prints. */
  readonly usage: string;
  /** Carries the command out with the words after its name; gives back the exit status. */
  run(args: readonly string[]): Promise<number>;
}

/** A command line that cannot be understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
