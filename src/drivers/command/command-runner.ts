import { execFile } from 'node:child_process';
import { DriverError } from '../contract/index.js';

/** A program and its arguments; never a shell line. */
export type Argv = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  /** Aborting it ends the command. */
  readonly signal: AbortSignal;
  /** Text for the command's standard input: the way for secrets, which a process list would show as arguments. */
  readonly stdin?: string;
}

/** Ran a command, or says why it did not. Tests replace it by recorded outputs. */
export interface CommandRunner {
  /**
   * What the command wrote to its standard output.
   * @throws CommandFailed when it ends with another status than 0; the signal's reason when it is aborted.
   */
  run(argv: Argv, options: CommandOptions): Promise<string>;
}

/** A command ended with another status than 0, by a signal, or could not be started. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    readonly program: string,
    /** The exit status; null when the command was killed or never ran. */
    readonly status: number | null,
    readonly stderr: string,
  ) {
    super(`${program} ended with ${status === null ? 'no status' : `status ${status}`}: ${stderr.trim()}`);
  }
}

export interface SystemCommandOptions {
  /** Words in front of every command, for instance `sudo -n`. */
  readonly prefix?: readonly string[];
  /** Milliseconds that one command may take. */
  readonly timeoutMs: number;
  /** Additions to the environment of the commands. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Far more than any report of thousands of volumes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs programs of the host: without a shell, in the C locale, so that texts can be recognised, and bounded in time.
 * An aborted command is ended and waited for: when `run` rejects, nothing of it goes on.
 */
export class SystemCommandRunner implements CommandRunner {
  constructor(private readonly options: SystemCommandOptions) {}

  async run(argv: Argv, { signal, stdin }: CommandOptions): Promise<string> {
    signal.throwIfAborted();
    const { prefix = [], timeoutMs, env = {} } = this.options;
    const [program, ...args] = [...prefix, ...argv] as [string, ...string[]];
    const name = argv[0];
    return new Promise((resolve, reject) => {
      const timeUp = AbortSignal.timeout(timeoutMs);
      let stopped: 'aborted' | 'timeout' | null = null;
      const stop = (why: 'aborted' | 'timeout') => {
        stopped ??= why;
        // Killed, sudo would leave its command running; SIGTERM it hands on.
        child.kill(prefix.length === 0 ? 'SIGKILL' : 'SIGTERM');
      };
      const onAbort = () => stop('aborted');
      const onTimeUp = () => stop('timeout');
      const child = execFile(
        program,
        args,
        { env: { ...process.env, ...env, LC_ALL: 'C' }, maxBuffer: MAX_OUTPUT_BYTES, encoding: 'utf8' },
        (error, stdout, stderr) => {
          signal.removeEventListener('abort', onAbort);
          timeUp.removeEventListener('abort', onTimeUp);
          if (stopped === 'aborted') reject(signal.reason as Error);
          else if (stopped === 'timeout') {
            reject(new DriverError('UNAVAILABLE', `${name} did not end within ${timeoutMs} ms`));
          } else if (error === null) resolve(stdout);
          else reject(failureOf(name, error, stderr));
        },
      );
      signal.addEventListener('abort', onAbort, { once: true });
      timeUp.addEventListener('abort', onTimeUp, { once: true });
      // A program that ends without reading its input breaks the pipe: its status says more.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin ?? '');
    });
  }
}

function failureOf(program: string, error: Error & { code?: number | string | null }, stderr: string): Error {
  if (error.code === 'ENOENT') {
    return new DriverError('UNAVAILABLE', `the program ${program} is not installed or not in the PATH`);
  }
  if (typeof error.code === 'number') return new CommandFailed(program, error.code, stderr);
  return new CommandFailed(program, null, stderr === '' ? (error.code ?? 'killed') : stderr);
}
