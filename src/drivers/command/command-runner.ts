import { execFile } from 'node:child_process';
import { afterRunning } from '../../platform/running-time.js';
import { traced } from '../../platform/spans.js';
import { DriverError } from '../contract/index.js';

/** A program and its arguments; never a shell line. */
export type Argv = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  /** Terminates the command when aborted. */
  readonly signal: AbortSignal;
  /** Text for the command's standard input. Use it for secrets, since a process list shows arguments. */
  readonly stdin?: string;
}

/** Runs commands. Tests replace it with recorded outputs. */
export interface CommandRunner {
  /**
   * Runs a command and returns its standard output.
   * @throws CommandFailed when its exit status is not 0; the signal's reason when it is aborted.
   */
  run(argv: Argv, options: CommandOptions): Promise<string>;
}

/** A command exited with a status other than 0, was killed by a signal, or could not be started. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    readonly program: string,
    /** The exit status; null when the command was killed or never ran. */
    readonly status: number | null,
    readonly stderr: string,
    /** The signal that killed it, if any. */
    readonly signal: string | null = null,
  ) {
    const end = status === null ? (signal ?? 'no status') : `status ${status}`;
    super(`${program} ended with ${end}: ${stderr.trim()}`);
  }
}

export interface SystemCommandOptions {
  /** Words prepended to every command, for instance `sudo -n`. */
  readonly prefix?: readonly string[];
  /** Timeout of one command in milliseconds. */
  readonly timeoutMs: number;
  /** Environment variables added for the commands. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Far more than a report of thousands of volumes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs programs of the host without a shell, with a timeout, and in the C locale, so that their messages can be parsed.
 * An aborted command is terminated and awaited: once `run` has rejected, it no longer runs.
 */
export class SystemCommandRunner implements CommandRunner {
  constructor(private readonly options: SystemCommandOptions) {}

  /** Its span has no arguments: a trace goes to another machine. */
  async run(argv: Argv, options: CommandOptions): Promise<string> {
    options.signal.throwIfAborted();
    return traced({ name: `command ${argv[0]}` }, () => this.execute(argv, options));
  }

  private async execute(argv: Argv, { signal, stdin }: CommandOptions): Promise<string> {
    const { prefix = [], timeoutMs, env = {} } = this.options;
    const [program, ...args] = [...prefix, ...argv] as [string, ...string[]];
    const name = argv[0];
    return new Promise((resolve, reject) => {
      let stopped: 'aborted' | 'timeout' | null = null;
      const stop = (why: 'aborted' | 'timeout') => {
        stopped ??= why;
        // A killed sudo would leave its command running, but it forwards SIGTERM.
        child.kill(prefix.length === 0 ? 'SIGKILL' : 'SIGTERM');
      };
      const onAbort = () => stop('aborted');
      const child = execFile(
        program,
        args,
        { env: { ...process.env, ...env, LC_ALL: 'C' }, maxBuffer: MAX_OUTPUT_BYTES, encoding: 'utf8' },
        (error, stdout, stderr) => {
          signal.removeEventListener('abort', onAbort);
          timeLimit.cancel();
          if (stopped === 'aborted') reject(signal.reason as Error);
          else if (stopped === 'timeout') {
            reject(new DriverError('UNAVAILABLE', `${name} did not end within ${timeoutMs} ms`));
          } else if (error === null) resolve(stdout);
          else reject(failureOf(name, error, stderr));
        },
      );
      // Not before the command: one that cannot be started at all, such as with a longer argument than Linux takes, throws here.
      const timeLimit = afterRunning(timeoutMs, () => stop('timeout'));
      signal.addEventListener('abort', onAbort, { once: true });
      // A program that exits without reading its input breaks the pipe. Its exit status is more useful.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin ?? '');
    });
  }
}

type ExecError = Error & { code?: number | string | null; signal?: string | null };

function failureOf(program: string, error: ExecError, stderr: string): Error {
  if (error.code === 'ENOENT') {
    return new DriverError('INTERNAL', `the program ${program} is not installed or not in the PATH`);
  }
  if (typeof error.code === 'number') return new CommandFailed(program, error.code, stderr);
  return new CommandFailed(
    program,
    null,
    stderr === '' ? (error.code ?? 'killed') : stderr,
    error.signal ?? null,
  );
}
