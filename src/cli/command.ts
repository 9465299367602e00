/** Where a command finds its settings. */
export interface SettingsOrigin {
  /** CLINKER_CONFIG in it names the file; `--config` has replaced it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly workingFolder: string;
}

/** A command of the `clinker` program. */
export interface Command {
  /** The word after `clinker`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Output of `clinker <name> --help`. */
  readonly usage: string;
  /** True if the command reads the settings, and so takes `--config FILE`. */
  readonly readsSettings: boolean;
  /** Runs the command with the arguments after its name; returns the exit status. */
  run(args: readonly string[], origin: SettingsOrigin): Promise<number>;
}

/** Invalid command line; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
