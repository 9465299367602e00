import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`;

export const HOUR_S = 3600;
export const DAY_S = 24 * HOUR_S;

/** The wall clock of a server's host, which can be set while the server runs. The monotonic clock is unaffected. */
export class HostClock {
  #file;
  offsetS = 0;

  constructor(folder, name) {
    if (!existsSync(LIBRARY)) throw new Error(`${LIBRARY} is missing: install the package libfaketime`);
    this.#file = join(folder, `${name}.clock`);
    this.set(0);
  }

  /** Environment variables for the server. */
  get settings() {
    return {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  /** Sets the clock's offset from the real time in seconds; negative is behind. */
  set(seconds) {
    this.offsetS = seconds;
    // Atomically: the server may read it at any moment.
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** Returns whether an instant is the clock's current time, with a tolerance for a busy machine. */
  isNow(instant) {
    return Math.abs(Date.parse(`${instant}Z`) - Date.now() - this.offsetS * 1000) < 60_000;
  }
}

/** Removes what libfaketime keeps of a process that was killed: another one could get its pid. */
export function removeClockOf(pid) {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`])
    rmSync(`/dev/shm/${name}`, { force: true });
}
