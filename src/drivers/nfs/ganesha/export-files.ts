import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../contract/index.js';
import { render, type ExportBlock } from './export-block.js';

/**
 * A name tells the volume and its export's id. Ganesha reads *.conf only, and so nothing half written; *.kept is of a
 * volume that is not exported now.
 */
const NAME = /^volume-([0-9a-f-]{36})\.([1-9][0-9]*)\.(conf|kept)$/i;

/** The exports' files, one each, from which NFS-Ganesha has its exports back when it starts again. */
export class ExportFiles {
  constructor(private readonly folder: string) {}

  /** The ids of the exports by the volumes that they belong to, whether Ganesha has loaded them now or not. */
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
      await rm(this.pathOf(volumeId, block.id, 'kept'), { force: true });
    } catch (cause) {
      throw this.failure('written', cause);
    }
    return file;
  }

  /** Ganesha is not to export the volume any more. Its id stays: a host that comes back may have it mounted still. */
  async retire(volumeId: string): Promise<void> {
    const id = (await this.ids()).get(volumeId);
    if (id === undefined) return;
    try {
      await rename(this.pathOf(volumeId, id), this.pathOf(volumeId, id, 'kept'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw this.failure('written', cause);
    }
  }

  /** Removes what is left of the volume, and frees its id. */
  async delete(volumeId: string): Promise<void> {
    const id = (await this.ids()).get(volumeId);
    if (id === undefined) return;
    try {
      for (const kind of ['conf', 'kept'] as const)
        await rm(this.pathOf(volumeId, id, kind), { force: true });
    } catch (cause) {
      throw this.failure('written', cause);
    }
  }

  private pathOf(volumeId: string, id: number, kind: 'conf' | 'kept' = 'conf'): string {
    return join(this.folder, `volume-${volumeId}.${id}.${kind}`);
  }

  private failure(done: string, cause: unknown): DriverError {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    return new DriverError('INTERNAL', `the folder ${this.folder} could not be ${done}${reason}`, { cause });
  }
}
