import { loggableError } from '../platform/logging/loggable-error.js';

/** Node.js error codes that indicate a bug in the program. */
const PROGRAM = /^ERR_/;

/** Errors whose message tells the operator everything; by name, so that no module must be loaded for it. */
const TOLD = new Set([
  ...['BackendsUnusable', 'ConfigError', 'DatabaseUnusable', 'NodeNameTaken', 'PolicyError', 'PortUnusable'],
  ...['MissingSecretKey', 'Unavailable', 'SecretKeysDiffer', 'UnreadableSecret'],
]);

/** Levels at which the stack is shown. */
const DETAILED: readonly (string | undefined)[] = ['debug', 'trace'];

/**
 * Formats an error that prevented the start: a line for each thing to fix, and the stack if the log level asks for it.
 * @param level the log level, if the settings could be read.
 */
export function whyNotStarted(error: unknown, level: string | undefined): string {
  const told = loggableError(error);
  const isDetailed = DETAILED.includes(level);
  return [lineOf(error, isDetailed), ...(isDetailed && told.stack !== '' ? [told.stack] : [])].join('\n');
}

function lineOf(error: unknown, isDetailed: boolean): string {
  if (error instanceof Error && isTold(error)) return withCause(error);
  const { type, message, code } = loggableError(error);
  // Errors with a code come from the operating system or the database.
  if (typeof code === 'string' && !PROGRAM.test(code))
    return `The server cannot start: ${oneLine(message)} (${code})`;
  const hint = isDetailed ? '' : ' The setting log_level: debug shows where.';
  return `The server cannot start: ${type}: ${oneLine(message)}. This is a fault of the program or of a driver: please report it.${hint}`;
}

function isTold(error: object): boolean {
  for (let kind: unknown = error; kind instanceof Error; kind = Object.getPrototypeOf(kind)) {
    if (TOLD.has(kind.constructor.name)) return true;
  }
  return false;
}

/** Adds the database's own message, which clients do not see. */
function withCause({ name, message, cause }: Error): string {
  return name === 'Unavailable' && cause instanceof Error
    ? `The server cannot start. ${message} (${oneLine(cause.message)})`
    : message;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
