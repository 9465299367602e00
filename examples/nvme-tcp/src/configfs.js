import { constants } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from 'clinker-driver';

/**
 * Changes under way at a time. One that the kernel does not end, as when a disk hangs, occupies one of the four threads on
 * which Node.js reads and writes all files of the process, until the kernel ends it: the rest must stay free for others.
 */
const AT_A_TIME = 2;

/** @typedef {Pick<typeof nodeFiles, 'readFile' | 'writeFile' | 'mkdir' | 'rmdir' | 'symlink' | 'unlink' | 'readdir'>} Files */

/** A step failed. `errno` is the kernel's reason, such as ENOENT; the text contains nothing that was written. */
export class StepFailed extends DriverError {
  /** @param {string} step @param {NodeJS.ErrnoException} cause */
  constructor(step, cause) {
    const { code = 'unknown' } = cause;
    const mend = code === 'EACCES' || code === 'EPERM' ? '; the server must run as root' : '';
    super(code === 'EBUSY' ? 'BUSY' : 'INTERNAL', `${step}: the kernel refuses it with ${code}${mend}`);
    this.errno = code;
  }
}

/**
 * A part of configfs: folders are the kernel's objects, files their attributes, symbolic links their relations. Each step
 * has a time limit.
 */
export class Configfs {
  #root;
  #timeoutMs;
  #files;
  #free = AT_A_TIME;
  /** @type {(() => void)[]} */
  #waiting = [];

  /**
   * @param {string} root
   * @param {{ timeoutMs: number, files?: Files }} parts
   */
  constructor(root, { timeoutMs, files = nodeFiles }) {
    this.#root = root;
    this.#timeoutMs = timeoutMs;
    this.#files = files;
  }

  /**
   * Returns the names in a folder; null if there is no such folder.
   * @param {string} path @param {AbortSignal} signal
   * @returns {Promise<readonly string[] | null>}
   */
  async names(path, signal) {
    return unless(
      'ENOENT',
      this.#step(`list ${path}`, signal, () => this.#files.readdir(this.#at(path))),
    );
  }

  /**
   * Returns an attribute; null if the object does not exist or has no such attribute.
   * @param {string} path @param {AbortSignal} signal
   */
  async read(path, signal) {
    const step = this.#step(`read ${path}`, signal, () => this.#files.readFile(this.#at(path), 'utf8'));
    return (await unless('ENOENT', step))?.trim() ?? null;
  }

  /** @param {string} path @param {string} value @param {AbortSignal} signal */
  async write(path, value, signal) {
    // Configfs refuses to create and to truncate, and to read what can only be written.
    const settings = { flag: constants.O_WRONLY };
    await this.#step(`write ${path}`, signal, () => this.#files.writeFile(this.#at(path), value, settings));
  }

  /**
   * Writes an attribute unless it has the value already: some may not even be rewritten while the object is in use.
   * @param {string} path @param {string} value @param {AbortSignal} signal
   */
  async set(path, value, signal) {
    if ((await this.read(path, signal)) !== value) await this.write(path, value, signal);
  }

  /** @param {string} path @param {AbortSignal} signal */
  async make(path, signal) {
    await unless(
      'EEXIST',
      this.#step(`make ${path}`, signal, () => this.#files.mkdir(this.#at(path))),
    );
  }

  /** @param {string} path @param {AbortSignal} signal */
  async remove(path, signal) {
    await unless(
      'ENOENT',
      this.#step(`remove ${path}`, signal, () => this.#files.rmdir(this.#at(path))),
    );
  }

  /** @param {string} to @param {string} path @param {AbortSignal} signal */
  async link(to, path, signal) {
    const link = () => this.#files.symlink(this.#at(to), this.#at(path));
    await unless('EEXIST', this.#step(`link ${path}`, signal, link));
  }

  /** @param {string} path @param {AbortSignal} signal */
  async unlink(path, signal) {
    await unless(
      'ENOENT',
      this.#step(`unlink ${path}`, signal, () => this.#files.unlink(this.#at(path))),
    );
  }

  /** @param {string} path */
  #at(path) {
    return join(this.#root, path);
  }

  /**
   * @template T
   * @param {string} what
   * @param {AbortSignal} signal
   * @param {() => Promise<T>} work not begun once the call has ended
   * @returns {Promise<T>}
   */
  #step(what, signal, work) {
    return new Promise((resolve, reject) => {
      let isEnded = false;
      /** @param {() => void} settle */
      const end = (settle) => {
        isEnded = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason));
      const late = `${what}: the kernel did not answer within ${this.#timeoutMs} ms`;
      const timer = setTimeout(
        () => end(() => reject(new DriverError('UNAVAILABLE', late))),
        this.#timeoutMs,
      );
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) return onAbort();
      void this.#inTurn(async () => {
        if (isEnded) return;
        try {
          const result = await work();
          end(() => resolve(result));
        } catch (cause) {
          end(() => reject(new StepFailed(what, /** @type {NodeJS.ErrnoException} */ (cause))));
        }
      });
    });
  }

  /** @param {() => Promise<void>} work */
  async #inTurn(work) {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    await work();
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/**
 * Returns null for a step that failed for this reason.
 * @template T
 * @param {string} errno
 * @param {Promise<T>} step
 * @returns {Promise<T | null>}
 */
export async function unless(errno, step) {
  try {
    return await step;
  } catch (error) {
    if (error instanceof StepFailed && error.errno === errno) return null;
    throw error;
  }
}
