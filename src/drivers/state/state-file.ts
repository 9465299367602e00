import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../platform/make-folder.js';
import { DriverError } from '../contract/index.js';

/** A value that survives restarts of the server. */
export interface Remembered<T> {
  read(): Promise<T | null>;
  write(value: T): Promise<void>;
}

/** A JSON value in a backend's state folder, written atomically. */
export class StateFile<T> implements Remembered<T> {
  constructor(private readonly path: string) {}

  async read(): Promise<T | null> {
    try {
      return JSON.parse(await readFile(this.path, 'utf8')) as T;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new DriverError('INTERNAL', `${this.path} could not be read`, { cause });
    }
  }

  async write(value: T): Promise<void> {
    try {
      await makeFolder(dirname(this.path), 0o700);
      await writeFile(`${this.path}.tmp`, JSON.stringify(value), { mode: 0o600 });
      await rename(`${this.path}.tmp`, this.path);
    } catch (cause) {
      throw new DriverError('INTERNAL', `${this.path} could not be written`, { cause });
    }
  }
}
