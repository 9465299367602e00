import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailed, type Argv, type CommandOptions, type CommandRunner } from './command-runner.js';

/** Signals of a program that crashed. */
const CRASHES = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE'];

/** The same crashes reported by sudo or a wrapper: 128 plus the signal number. */
const CRASH_STATUSES = [132, 134, 135, 136, 139];

const ATTEMPTS = 3;
const PAUSE_MS = 100;

/**
 * Runs a read-only command and retries it after a crash: some releases of lvm2 and other tools crash now and then, and
 * succeed when run again. Do not use it for commands that change anything.
 */
export async function runReading(
  runner: CommandRunner,
  argv: Argv,
  options: CommandOptions,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runner.run(argv, options);
    } catch (thrown) {
      if (attempt === ATTEMPTS || !isCrash(thrown)) throw thrown;
      await delay(PAUSE_MS, undefined, { signal: options.signal });
    }
  }
}

function isCrash(thrown: unknown): boolean {
  if (!(thrown instanceof CommandFailed)) return false;
  const { status, signal } = thrown;
  return status === null ? CRASHES.includes(signal ?? '') : CRASH_STATUSES.includes(status);
}
