import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** What is kept of the end of a log. */
const MOST_BYTES = 256 * 1024;
const MOST_LINES = 200;

const NO_FILE =
  'The server logs to standard output. Name its log: --log FILE, or --log - for standard input, ' +
  'for instance journalctl -u clinker -o cat -n 200 | clinker report --log -';

/** Returns the last lines of a log; `-` is standard input. A line of JSON is returned as what it contains. */
export async function logPart(file: string | undefined): Promise<object> {
  if (file === undefined) return { note: NO_FILE };
  try {
    const text = await endOf(file === '-' ? process.stdin : createReadStream(file, await startOf(file)));
    // A first line that is cut may have lost the name of a secret, by which it would be masked.
    const whole = Buffer.byteLength(text) < MOST_BYTES ? text : text.slice(text.indexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line !== '');
    return { file, lines: lines.slice(-MOST_LINES).map(contentOf) };
  } catch (error) {
    return { file, error: (error as Error).message };
  }
}

async function startOf(file: string): Promise<{ readonly start: number }> {
  const { size } = await stat(file);
  return { start: Math.max(0, size - MOST_BYTES) };
}

async function endOf(stream: Readable): Promise<string> {
  let end = Buffer.alloc(0);
  for await (const chunk of stream) end = Buffer.concat([end, chunk as Buffer]).subarray(-MOST_BYTES);
  return end.toString();
}

function contentOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
