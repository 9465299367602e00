import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../contract/index.js';
import { render, type ExportBlock } from './export-block.js';

/** A name tells the volume and its export's id. Ganesha reads *.conf only, and so nothing half written. */
const NAME = /^volume-([0-9a-f-]{36})\.([1-9][0-9]*)\.conf$/i;

/** The exports' files, one each, from which NFS-Ganesha has its exports back when it starts again. */
export class ExportFiles {
  constructor(private readonly folder: string) {}

  /** The ids of the exports by the volumes that they belong to, whether Ganesha has loaded them or not. */
  async ids(): Promise<ReadonlyMap<string, number>> {
    try {
      const names = (await readdir(this.folder)).map((name) => NAME.exec(name));
      return new Map(names.flatMap((match) => (match === null ? [] : [[match[1] ?? '', Number(match[2])]])));
    } catch (cause) {
      throw this.failure('read', cause);
    }
  }

  async setup(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw this.failure('made', cause);
    }
  }

  /** Writes the volume's file whole or not at all. @returns its path. */
  async write(volumeId: string, block: ExportBlock): Promise<string> {
    const file = this.pathOf(volumeId, block.id);
    try {
      await writeFile(`${file}.tmp`, render(block), { mode: 0o600 });
      await rename(`${file}.tmp`, file);
    } catch (cause) {
      throw this.failure('written', cause);
    }
    return file;
  }

  async delete(volumeId: string): Promise<void> {
    const id = (await this.ids()).get(volumeId);
    if (id === undefined) return;
    try {
      await rm(this.pathOf(volumeId, id), { force: true });
    } catch (cause) {
      throw this.failure('written', cause);
    }
  }

  private pathOf(volumeId: string, id: number): string {
    return join(this.folder, `volume-${volumeId}.${id}.conf`);
  }

  private failure(done: string, cause: unknown): DriverError {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    return new DriverError('INTERNAL', `the folder ${this.folder} could not be ${done}${reason}`, { cause });
  }
}
