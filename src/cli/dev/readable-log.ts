import type { DestinationStream } from 'pino';

/** Fields that the line has already, or that say nothing to an author. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'err']);

/** Returns a destination for the log that prints each entry as a line for people. */
export function readableLog(print: (line: string) => void): DestinationStream {
  return { write: (entry) => print(lineOf(JSON.parse(entry) as Readonly<Record<string, unknown>>)) };
}

function lineOf(entry: Readonly<Record<string, unknown>>): string {
  // The stack would be one of the server: the call's own lines show what the driver threw.
  const { level, msg, err } = entry as { level?: string; msg?: string; err?: { message?: string } };
  const fields = Object.entries(entry)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const error = err === undefined ? '' : `\n    ${err.message ?? ''}`;
  return [`${level ?? ''}: ${msg ?? ''}`, ...fields].join(' ') + error;
}
