import type { Argv, CommandRunner } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';
import { isMissing, nfsFailure } from './nfs-failure.js';
import type { FileOptions } from './nfs-options.js';
import * as qcow2 from './qcow2.js';
import type { VolumeFormat } from './qcow2.js';
import { volumeOfMark, type Share, type VolumePaths } from './share.js';

export interface Space {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/**
 * The volumes' files, each touched by a command of its own: a share that hangs then holds up a process that can be
 * killed, and not one of the server's few threads.
 */
export class ShareFiles {
  constructor(
    private readonly runner: CommandRunner,
    private readonly options: Pick<FileOptions, 'format' | 'preallocate' | 'file_mode' | 'owner'>,
  ) {}

  /** @throws FAILED_PRECONDITION when volumes are to be made in a format whose program is missing. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.options.format === 'raw') return;
    try {
      await this.runner.run(qcow2.SHOW_VERSION, { signal });
    } catch (cause) {
      const remedy = 'install qemu-utils (Debian) or qemu-img (RHEL), or set the option "format" to "raw"';
      throw new DriverError('FAILED_PRECONDITION', `qemu-img cannot be run: ${remedy}`, { cause });
    }
  }

  /** What the volume was made as. What its file holds was written by guests, and tells nothing. */
  async formatOf({ qcow2Mark }: VolumePaths, signal: AbortSignal): Promise<VolumeFormat> {
    return (await this.statOf(qcow2Mark, signal)) === null ? 'raw' : 'qcow2';
  }

  /**
   * The size in bytes of the disk that the file holds.
   * @throws FAILED_PRECONDITION when the file could lead who opens it to others.
   */
  async diskSizeOf(file: string, format: VolumeFormat, signal: AbortSignal): Promise<number> {
    if (format === 'raw') return (await this.sizeOf(file, signal)) ?? 0;
    return qcow2.diskSizeIn(await this.do(qcow2.showHeader(file), signal));
  }

  /** The file's size in bytes, or null when there is none. @throws FAILED_PRECONDITION when it is no plain file. */
  async sizeOf(path: string, signal: AbortSignal): Promise<number | null> {
    const told = await this.statOf(path, signal);
    if (told === null) return null;
    const [type, bytes] = told.trim().split('|');
    // A host may have put a link in its place, which would lead the next write anywhere.
    if (!type?.startsWith('regular')) {
      throw new DriverError('FAILED_PRECONDITION', `the volume's file is a ${type}; remove it by hand`);
    }
    return Number(bytes);
  }

  /** Makes the file whole or not at all. Its blocks are new, so that they read as zeros. */
  async make(paths: VolumePaths, bytes: number, nested: boolean, signal: AbortSignal): Promise<void> {
    const { format, preallocate, file_mode: mode = '0600', owner } = this.options;
    const { folder, unfinished, file, qcow2Mark } = paths;
    if (nested) await this.do(['mkdir', '-p', '--', folder], signal);
    await this.do(['rm', '-f', '--', unfinished, qcow2Mark], signal);
    if (format === 'qcow2') await this.do(['touch', '--', qcow2Mark], signal);
    await this.do(['truncate', '-s', '0', '--', unfinished], signal);
    await this.do(['chmod', mode, '--', unfinished], signal);
    if (format === 'raw') await this.grow(unfinished, bytes, preallocate, signal);
    else await this.do(qcow2.createImage(unfinished, bytes, preallocate), signal);
    if (owner !== undefined) await this.do(['chown', owner, '--', unfinished], signal);
    await this.do(['mv', '-T', '--', unfinished, file], signal);
  }

  async resize(file: string, format: VolumeFormat, bytes: number, signal: AbortSignal): Promise<void> {
    const { preallocate } = this.options;
    if (format === 'raw') await this.grow(file, bytes, preallocate, signal);
    else await this.do(qcow2.resizeImage(file, bytes, preallocate), signal);
  }

  async remove(paths: VolumePaths, nested: boolean, signal: AbortSignal): Promise<void> {
    const { file, unfinished, folder, mark, qcow2Mark } = paths;
    if (nested) await this.do(['rm', '-rf', '--one-file-system', '--', folder], signal);
    else await this.do(['rm', '-f', '--', unfinished, file], signal);
    await this.do(['rm', '-f', '--', mark, qcow2Mark], signal);
  }

  async mark(mark: string, signal: AbortSignal): Promise<void> {
    await this.do(['touch', '--', mark], signal);
  }

  async unmark(mark: string, signal: AbortSignal): Promise<void> {
    await this.do(['rm', '-f', '--', mark], signal);
  }

  async isMarked(mark: string, signal: AbortSignal): Promise<boolean> {
    return (await this.statOf(mark, signal)) !== null;
  }

  /** The ids of the volumes that are marked as exported. */
  async marked({ folder }: Share, signal: AbortSignal): Promise<readonly string[]> {
    const names = await this.do(['find', folder, '-maxdepth', '1', '-type', 'f', '-printf', '%f\\n'], signal);
    return names
      .split('\n')
      .map(volumeOfMark)
      .filter((id) => id !== null);
  }

  async spaceOf({ folder }: Share, signal: AbortSignal): Promise<Space> {
    const told = await this.do(['stat', '-f', '-c', '%S %b %a', '--', folder], signal);
    const [block = NaN, total = NaN, free = NaN] = told.trim().split(' ').map(Number);
    return { totalBytes: block * total, freeBytes: block * free };
  }

  private async grow(file: string, bytes: number, allocate: boolean, signal: AbortSignal): Promise<void> {
    if (allocate) await this.do(['fallocate', '-l', String(bytes), '--', file], signal);
    else await this.do(['truncate', '-c', '-s', String(bytes), '--', file], signal);
  }

  private async statOf(path: string, signal: AbortSignal): Promise<string | null> {
    try {
      return await this.runner.run(['stat', '-c', '%F|%s', '--', path], { signal });
    } catch (thrown) {
      if (isMissing(thrown)) return null;
      throw nfsFailure('the share cannot be read', thrown);
    }
  }

  private async do(argv: Argv, signal: AbortSignal): Promise<string> {
    try {
      return await this.runner.run(argv, { signal });
    } catch (thrown) {
      throw nfsFailure('the share cannot be used', thrown);
    }
  }
}
