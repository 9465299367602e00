import { copyFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../platform/make-folder.js';
import { DriverError } from '../../contract/index.js';
import { render, type ExportBlock } from './export-block.js';

/**
 * The name contains the volume and the export's id. Ganesha reads only *.conf, and so no incomplete files. *.kept belongs
 * to a volume that is not exported now.
 */
const NAME = /^volume-([0-9a-f-]{36})\.([1-9][0-9]*)\.(conf|kept)$/i;

/** The export files, one per volume, from which NFS-Ganesha restores its exports at start. */
export class ExportFiles {
  constructor(private readonly folder: string) {}

  /** Returns the export ids by volume id, whether or not Ganesha has the exports loaded. */
  async ids(): Promise<ReadonlyMap<string, number>> {
    try {
      const names = (await readdir(this.folder)).map((name) => NAME.exec(name));
      return new Map(names.flatMap((match) => (match === null ? [] : [[match[1] ?? '', Number(match[2])]])));
    } catch (cause) {
      throw this.failure('read', cause);
    }
  }

  /** Moves the files here from another folder. If they stayed, Ganesha could read them later and admit former hosts. */
  async adopt(other: ExportFiles): Promise<void> {
    if (other.folder === this.folder) return;
    try {
      await this.setup();
      const names = await readdir(other.folder).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      });
      for (const name of names.filter((one) => NAME.test(one))) {
        const [from, to] = [join(other.folder, name), join(this.folder, name)];
        await copyFile(from, `${to}.tmp`);
        await rename(`${to}.tmp`, to);
        await rm(from);
      }
    } catch (cause) {
      throw this.failure('written', cause);
    }
  }

  async setup(): Promise<void> {
    try {
      await makeFolder(this.folder, 0o700);
    } catch (cause) {
      throw this.failure('made', cause);
    }
  }

  /** Writes the volume's file atomically. @returns its path. */
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

  /** Keeps Ganesha from exporting the volume at its next start. Its id stays reserved: a host may still have it mounted. */
  async retire(volumeId: string): Promise<void> {
    const id = (await this.ids()).get(volumeId);
    if (id === undefined) return;
    try {
      await rename(this.pathOf(volumeId, id), this.pathOf(volumeId, id, 'kept'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw this.failure('written', cause);
    }
  }

  /** Removes the volume's files and frees its id. */
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
