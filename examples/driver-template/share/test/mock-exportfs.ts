import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command, Outcome } from '../src/program.js';
import type { Transport } from '../src/transport.js';

/** The kernel's list of exports, which exportfs -r renews from the files, and -s shows. */
export class MockExportfs {
  private lines: Promise<readonly string[]> = Promise.resolve([]);

  constructor(private readonly exportsFolder: string) {}

  readonly transport: Transport<Command, Outcome> = async ({ argv }, signal) => {
    signal.throwIfAborted();
    // One after the other, as exportfs locks its list.
    if (argv.at(-1) === '-r') this.lines = this.lines.then(() => linesIn(this.exportsFolder));
    const lines = await this.lines;
    const stdout = argv.at(-1) === '-s' ? lines.map((line) => `${line}\n`).join('') : '';
    return { status: 0, stdout, stderr: '' };
  };
}

/** Returns the exports that the folder's files name, as exportfs -s shows them. */
export async function linesIn(exportsFolder: string): Promise<readonly string[]> {
  const names = (await readdir(exportsFolder)).filter((name) => name.endsWith('.exports'));
  const texts = await Promise.all(names.map((name) => textOf(join(exportsFolder, name))));
  const lines = texts.flatMap((text) => text.split('\n'));
  return lines
    .filter((line) => line.startsWith('"'))
    .map((line) => line.replaceAll('"', '').replace(' ', '  '));
}

/** Returns a file's text; none if it has been removed since the folder was listed. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
