import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../../contract/index.js';
import { credentialsIn } from '../chap.js';
import type { ChapCredentials } from '../target.js';

/** Files hold CHAP passwords. */
const OWNER_ONLY = 0o600;

/** The credentials of each target that is there, since the kernel keeps them only with the hosts that it admits. */
export class CredentialFiles {
  constructor(private readonly folder: string) {}

  async setup(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  async read(name: string): Promise<ChapCredentials | null> {
    try {
      const { username, password } = JSON.parse(await readFile(this.pathOf(name), 'utf8')) as ChapCredentials;
      return credentialsIn({ auth_username: username, auth_password: password });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new DriverError('INTERNAL', `the credentials of target ${name} could not be read`, { cause });
    }
  }

  async write(name: string, { username, password }: ChapCredentials): Promise<void> {
    const file = this.pathOf(name);
    try {
      await writeFile(`${file}.tmp`, JSON.stringify({ username, password }), { mode: OWNER_ONLY });
      await rename(`${file}.tmp`, file);
    } catch (cause) {
      throw new DriverError('INTERNAL', `the credentials of target ${name} could not be written`, { cause });
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
    await rm(`${this.pathOf(name)}.tmp`, { force: true });
  }

  private pathOf(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}
