import { execFile } from 'node:child_process';
import { DriverError } from 'clinker-driver';

/** Far more than LVM's report of thousands of volumes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A program ended with a status other than 0, or was killed by someone else. */
export class CommandFailed extends Error {
  name = 'CommandFailed';

  /**
   * @param {string} program
   * @param {string} stderr what the program printed about its failure
   */
  constructor(program, stderr) {
    super(`${program} failed: ${stderr.trim()}`);
    this.stderr = stderr;
  }
}

/**
 * Runs a program, without a shell, and returns what it prints.
 * @callback Run
 * @param {readonly [string, ...string[]]} argv
 * @param {AbortSignal} signal kills the program
 * @returns {Promise<string>} It rejects with {@link CommandFailed}, with UNAVAILABLE after the timeout, or with the
 * signal's reason, and never before the program has ended.
 */

/**
 * @param {number} timeoutMs limit of one program's run
 * @returns {Run}
 */
export function programRunner(timeoutMs) {
  return ([program, ...args], signal) => {
    signal.throwIfAborted();
    const timeUp = AbortSignal.timeout(timeoutMs);
    const stopped = AbortSignal.any([signal, timeUp]);
    const settings = { maxBuffer: MAX_OUTPUT_BYTES, env: { ...process.env, LC_ALL: 'C' } };
    return new Promise((resolve, reject) => {
      const child = execFile(program, args, settings, (error, stdout, stderr) => {
        stopped.removeEventListener('abort', stop);
        if (error === null) resolve(stdout);
        else if (signal.aborted) reject(signal.reason);
        else if (timeUp.aborted) {
          reject(new DriverError('UNAVAILABLE', `${program} did not end within ${timeoutMs} ms`));
        } else if (error.code === 'ENOENT') {
          reject(new DriverError('INTERNAL', `the program ${program} is not installed or not in the PATH`));
        } else reject(new CommandFailed(program, stderr || error.message));
      });
      const stop = () => child.kill('SIGKILL');
      stopped.addEventListener('abort', stop, { once: true });
      child.stdin?.end();
    });
  };
}
