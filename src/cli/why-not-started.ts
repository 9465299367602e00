import { inspect } from 'node:util';

/** Node.js error codes that indicate a bug in the program. */
const PROGRAM = /^ERR_/;

/** Errors whose message tells the operator everything; by name, so that no module must be loaded for it. */
const TOLD = new Set([
  ...['BackendsUnusable', 'ConfigError', 'DatabaseUnusable', 'PolicyError', 'PortUnusable'],
  ...['Unavailable', 'UnreadableSecret'],
]);

/** Formats an error that prevented the start: one line if the operator can fix it, otherwise all details. */
export function whyNotStarted(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  if (isTold(error)) return withCause(error);
  const { code } = error as { code?: unknown };
  // Errors with a code come from the operating system or the database.
  if (typeof code !== 'string' || PROGRAM.test(code)) return inspect(error);
  return `The server cannot start: ${oneLine(error.message)} (${code})`;
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
