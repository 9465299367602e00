import type { Argv } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';

/** How a volume's file holds the disk. */
export type VolumeFormat = 'raw' | 'qcow2';

/** Of a header: as far as the mask of incompatible features. QEMU's docs/interop/qcow2.txt */
const HEADER_BYTES = 80;

const MAGIC = 0x514649fb;
const EXTERNAL_DATA_FILE = 1n << 2n;

/** Shows a file's header as hexadecimal digits. No program that understands images gets to see it unchecked. */
export function showHeader(file: string): Argv {
  return ['od', '-A', 'n', '-v', '-t', 'x1', '-N', String(HEADER_BYTES), '--', file];
}

/**
 * The size in bytes of the disk in a file whose header `od` has shown.
 * @throws FAILED_PRECONDITION when it is no qcow2, or one that would let who opens it read or write other files.
 */
export function diskSizeIn(dump: string): number {
  const header = Buffer.from(dump.replaceAll(/\s/g, ''), 'hex');
  if (header.length < HEADER_BYTES || header.readUInt32BE(0) !== MAGIC) throw refused('is no qcow2 any more');
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw refused(`is a qcow2 of version ${version}`);
  if (header.readBigUInt64BE(8) !== 0n) throw refused('names a backing file');
  if (header.readUInt32BE(32) !== 0) throw refused('is encrypted');
  if (version === 3 && (header.readBigUInt64BE(72) & EXTERNAL_DATA_FILE) !== 0n) {
    throw refused('names an external data file');
  }
  return Number(header.readBigUInt64BE(24));
}

export function createImage(file: string, bytes: number, preallocate: boolean): Argv {
  const preallocation = `preallocation=${preallocate ? 'falloc' : 'off'}`;
  return ['qemu-img', 'create', '-q', '-f', 'qcow2', '-o', preallocation, file, String(bytes)];
}

/** The format is told: to guess it from what a guest may have written is how images come to read other files. */
export function resizeImage(file: string, bytes: number, preallocate: boolean): Argv {
  const preallocation = `--preallocation=${preallocate ? 'falloc' : 'off'}`;
  return ['qemu-img', 'resize', '-q', '-f', 'qcow2', preallocation, file, String(bytes)];
}

export const SHOW_VERSION: Argv = ['qemu-img', '--version'];

function refused(what: string): DriverError {
  const message = `the volume's file ${what}: Clinker did not make it so; look at who can write to the share`;
  return new DriverError('FAILED_PRECONDITION', message);
}
