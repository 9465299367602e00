import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Several times what an interrupted run of all suites may leave behind. */
const ROOM = 2 * 2 ** 30;

/**
 * Returns a folder for data that must survive a process but not the machine: in memory if there is room, since writes
 * there do not wait for a disk; otherwise the temporary folder.
 */
export function memoryFolder() {
  if (process.env.TMPDIR !== undefined) return tmpdir();
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
