import type { Argv, CommandRunner } from '../command/command-runner.js';
import { isOlder, versionIn } from '../command/version.js';
import { runReading } from '../command/reading.js';
import { DriverError, type CallContext } from '../contract/index.js';
import { isMissing, nfsFailure } from './nfs-failure.js';
import type { FileOptions } from './nfs-options.js';
import * as qcow2 from './qcow2.js';
import type { VolumeFormat } from './qcow2.js';
import { volumeOfMark, type Share, type VolumePaths } from './share.js';

/** Context of a call whose duration grows with the volume's size. */
type LongCall = Pick<CallContext, 'signal' | 'progress'>;

/** Bytes allocated by one command. */
const STEP_BYTES = 4 * 2 ** 30;

export interface Space {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/**
 * The volumes' files. All access uses separate commands, so that a hanging share blocks a process that can be killed, and
 * not one of the server's few threads.
 */
export class ShareFiles {
  constructor(
    private readonly runner: CommandRunner,
    private readonly options: Pick<FileOptions, 'format' | 'preallocate' | 'file_mode' | 'owner'>,
  ) {}

  /** @throws FAILED_PRECONDITION when the configured format requires a program that is missing or too old. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.options.format === 'raw') return;
    const version = versionIn(await this.qemuVersion(signal));
    if (version === null || !isOlder(version, qcow2.LEAST_QEMU)) return;
    throw new DriverError(
      'FAILED_PRECONDITION',
      `qemu-img ${version.join('.')} is too old: install ${qcow2.LEAST_QEMU.join('.')} or later`,
    );
  }

  private async qemuVersion(signal: AbortSignal): Promise<string> {
    try {
      return await runReading(this.runner, qcow2.SHOW_VERSION, { signal });
    } catch (cause) {
      const remedy = 'install qemu-utils (Debian) or qemu-img (RHEL), or set the option "format" to "raw"';
      throw new DriverError('FAILED_PRECONDITION', `qemu-img cannot be run: ${remedy}`, { cause });
    }
  }

  /** Returns the format with which the volume was created. The file's content cannot tell, since guests write it. */
  async formatOf({ qcow2Mark }: VolumePaths, signal: AbortSignal): Promise<VolumeFormat> {
    return (await this.statOf(qcow2Mark, signal)) === null ? 'raw' : 'qcow2';
  }

  /**
   * Returns the size in bytes of the disk in the file.
   * @throws FAILED_PRECONDITION when opening the file could lead to other files.
   */
  async diskSizeOf(file: string, format: VolumeFormat, signal: AbortSignal): Promise<number> {
    if (format === 'raw') return (await this.sizeOf(file, signal)) ?? 0;
    return qcow2.diskSizeIn(await this.do(qcow2.showHeader(file), signal));
  }

  /** Returns the file's size in bytes, or null if it does not exist. @throws FAILED_PRECONDITION if it is no plain file. */
  async sizeOf(path: string, signal: AbortSignal): Promise<number | null> {
    const told = await this.statOf(path, signal);
    if (told === null) return null;
    const [type, bytes] = told.trim().split('|');
    // A host may have replaced the file with a link, which would redirect the next write anywhere.
    if (!type?.startsWith('regular')) {
      throw new DriverError('FAILED_PRECONDITION', `the volume's file is a ${type}; remove it by hand`);
    }
    return Number(bytes);
  }

  /** Creates the file atomically. Its blocks are new, so they read as zeros. */
  async make(paths: VolumePaths, bytes: number, nested: boolean, call: LongCall): Promise<void> {
    const { signal } = call;
    const { format, preallocate, file_mode: mode = '0600', owner } = this.options;
    const { folder, unfinished, file, qcow2Mark } = paths;
    if (nested) await this.do(['mkdir', '-p', '--', folder], signal);
    await this.do(['rm', '-f', '--', unfinished, qcow2Mark], signal);
    if (format === 'qcow2') await this.do(['touch', '--', qcow2Mark], signal);
    await this.do(['truncate', '-s', '0', '--', unfinished], signal);
    await this.do(['chmod', mode, '--', unfinished], signal);
    if (format === 'raw') await this.grow(unfinished, bytes, preallocate, call);
    else await this.do(qcow2.createImage(unfinished, bytes, preallocate), signal);
    if (format === 'qcow2' && preallocate) await this.allocate(unfinished, call);
    if (owner !== undefined) await this.do(['chown', owner, '--', unfinished], signal);
    await this.do(['mv', '-T', '--', unfinished, file], signal);
  }

  async resize(file: string, format: VolumeFormat, bytes: number, call: LongCall): Promise<void> {
    const { preallocate } = this.options;
    if (format === 'raw') await this.grow(file, bytes, preallocate, call);
    else await this.do(qcow2.resizeImage(file, bytes, preallocate), call.signal);
    if (format === 'qcow2' && preallocate) await this.allocate(file, call);
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

  /** Returns the ids of the volumes marked as exported. */
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

  /** Sets the file's size last, so that a failed call can be repeated. */
  private async grow(file: string, bytes: number, allocate: boolean, call: LongCall): Promise<void> {
    if (allocate) await this.allocate(file, call, bytes);
    await this.do(['truncate', '-c', '-s', String(bytes), '--', file], call.signal);
  }

  /** Allocates `bytes` (default: the file's size) in steps, since some servers write all of it. The size does not change. */
  private async allocate(file: string, call: LongCall, bytes?: number): Promise<void> {
    const end = bytes ?? (await this.sizeOf(file, call.signal)) ?? 0;
    for (let begin = 0; begin < end; begin += STEP_BYTES) {
      const range = ['-o', String(begin), '-l', String(Math.min(STEP_BYTES, end - begin))];
      await this.do(['fallocate', '-n', ...range, '--', file], call.signal);
      call.progress?.();
    }
  }

  private async statOf(path: string, signal: AbortSignal): Promise<string | null> {
    try {
      return await runReading(this.runner, ['stat', '-c', '%F|%s', '--', path], { signal });
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
