import type { Argv } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';

/** File format of a volume. */
export type VolumeFormat = 'raw' | 'qcow2';

/** Header size up to and including the incompatible features; see QEMU's docs/interop/qcow2.txt. */
const HEADER_BYTES = 80;

const MAGIC = 0x514649fb;
const EXTERNAL_DATA_FILE = 1n << 2n;

/** Prints a file's header as hexadecimal digits. No program that interprets images may open an unchecked file. */
export function showHeader(file: string): Argv {
  return ['od', '-A', 'n', '-v', '-t', 'x1', '-N', String(HEADER_BYTES), '--', file];
}

/**
 * Parses the disk size in bytes from a header printed by `od`.
 * @throws FAILED_PRECONDITION when it is no qcow2, or one that would make programs read or write other files.
 */
export function diskSizeIn(dump: string): number {
  const header = Buffer.from(dump.replaceAll(/\s/g, ''), 'hex');
  if (header.length < HEADER_BYTES || header.readUInt32BE(0) !== MAGIC) throw refused('is no longer a qcow2');
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw refused(`is a qcow2 of version ${version}`);
  if (header.readBigUInt64BE(8) !== 0n) throw refused('names a backing file');
  if (header.readUInt32BE(32) !== 0) throw refused('is encrypted');
  if (version === 3 && (header.readBigUInt64BE(72) & EXTERNAL_DATA_FILE) !== 0n) {
    throw refused('names an external data file');
  }
  return Number(header.readBigUInt64BE(24));
}

/** With `preallocate`, creates only the tables for the whole disk. Its space is allocated in steps afterwards. */
export function createImage(file: string, bytes: number, preallocate: boolean): Argv {
  const preallocation = `preallocation=${preallocate ? 'metadata' : 'off'}`;
  return ['qemu-img', 'create', '-q', '-f', 'qcow2', '-o', preallocation, file, String(bytes)];
}

/** Passes the format explicitly: probing content that a guest may have written could make qemu-img read other files. */
export function resizeImage(file: string, bytes: number, preallocate: boolean): Argv {
  const preallocation = `--preallocation=${preallocate ? 'metadata' : 'off'}`;
  return ['qemu-img', 'resize', '-q', '-f', 'qcow2', preallocation, file, String(bytes)];
}

/** The first version that can preallocate while it resizes an image. */
export const LEAST_QEMU = [2, 10];

export const SHOW_VERSION: Argv = ['qemu-img', '--version'];

function refused(what: string): DriverError {
  const message = `the volume's file ${what}: this was not done by Clinker; check who can write to the share`;
  return new DriverError('FAILED_PRECONDITION', message);
}
