import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command, Outcome } from '../src/program.js';
import type { Transport } from '../src/transport.js';

/** The kernel's list of exports, which exportfs -r renews from the files, and -s shows. */
export class MockExportfs {
  private lines: readonly string[] = [];

  constructor(private readonly exportsFolder: string) {}

  readonly transport: Transport<Command, Outcome> = async ({ argv }, signal) => {
    signal.throwIfAborted();
    if (argv.at(-1) === '-r') this.lines = await linesIn(this.exportsFolder);
    const stdout = argv.at(-1) === '-s' ? this.lines.map((line) => `${line}\n`).join('') : '';
    return { status: 0, stdout, stderr: '' };
  };
}

/** Returns the exports that the folder's files name, as exportfs -s shows them. */
export async function linesIn(exportsFolder: string): Promise<readonly string[]> {
  const names = (await readdir(exportsFolder)).filter((name) => name.endsWith('.exports'));
  const texts = await Promise.all(names.map((name) => readFile(join(exportsFolder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n'));
  return lines
    .filter((line) => line.startsWith('"'))
    .map((line) => line.replaceAll('"', '').replace(' ', '  '));
}
