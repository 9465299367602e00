import { inspect } from 'node:util';
import { DriverError } from '../drivers/contract/index.js';
import { currentScope, type DriverScope } from '../drivers/registry/driver-scope.js';
import { loggableError } from '../platform/logging/loggable-error.js';

/** A driver that throws in an interval would fill the log: one line per backend in this time is enough. */
const QUIET_MS = 1_000;

const LONGEST_REASON = 300;

/**
 * Keeps the process alive when a driver package throws what nothing catches, rejects what nobody awaits, or calls
 * `process.exit`. The server's own errors still end it. Called once per process.
 * @param tell gets one line that names the package, the fault and what to do.
 */
export function containDrivers(tell: (line: string) => void): void {
  const saidAt = new Map<string, number>();
  const say = (scope: DriverScope, fault: string): void => {
    const now = performance.now();
    if (now - (saidAt.get(scope.backend) ?? -Infinity) < QUIET_MS) return;
    saidAt.set(scope.backend, now);
    tell(`Backend "${scope.backend}", driver "${scope.driver}": ${fault}`);
  };
  process.on('uncaughtException', (error) => {
    const scope = currentScope();
    if (scope === undefined) endBy(error);
    else say(scope, `it threw an error that nothing caught: ${reasonOf(error, scope)} ${MEND}`);
  });
  process.on('unhandledRejection', (reason) => {
    const scope = currentScope();
    if (scope === undefined) endBy(reason);
    else say(scope, `it left a rejected promise that nothing awaits: ${reasonOf(reason, scope)} ${MEND}`);
  });
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    const scope = currentScope();
    if (scope === undefined) return exit(code);
    say(scope, `it called process.exit(${String(code ?? '')}), which is not allowed. ${MEND}`);
    throw new DriverError('INTERNAL', 'the driver called process.exit, which is not allowed');
  };
}

const MEND =
  'The server goes on, but the driver may no longer work: restart the server, and install a corrected version or tell its author.';

/** Ends the process as Node.js does without a listener. */
function endBy(thrown: unknown): void {
  console.error(inspect(thrown));
  process.exit(1);
}

/** One line, without the secrets of the backend's options and what looks like one. */
function reasonOf(thrown: unknown, { secrets }: DriverScope): string {
  const line = messageOf(thrown, secrets).replace(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** Never throws: an error in the listener of uncaught errors would end the process. */
function messageOf(thrown: unknown, secrets: readonly string[]): string {
  try {
    return loggableError(thrown, secrets).message;
  } catch {
    return 'a value that cannot be shown';
  }
}
