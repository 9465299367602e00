import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../../platform/make-folder.js';
import { DriverError } from '../../../contract/index.js';
import { credentialsIn } from '../chap.js';
import type { ChapCredentials } from '../../../iscsi/iscsi-connection.js';

/** Data of a target that the kernel does not keep, or not long enough. */
export interface LioTargetFile {
  readonly credentials: ChapCredentials;
  /** Serial number of the disk that hosts see; null in files of versions that left it to targetcli. */
  readonly serial: string | null;
}

/** The files contain CHAP passwords. */
const OWNER_ONLY = 0o600;

/** Credentials and serial of each target. The kernel keeps credentials only with admitted hosts. */
export class LioFiles {
  constructor(private readonly folder: string) {}

  async setup(): Promise<void> {
    await makeFolder(this.folder, 0o700);
  }

  /** Returns the names of the volumes that have a file. */
  async names(): Promise<readonly string[]> {
    const names = await readdir(this.folder);
    return names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
  }

  async read(name: string): Promise<LioTargetFile | null> {
    try {
      const text = await readFile(this.pathOf(name), 'utf8');
      const { username, password, serial = null } = JSON.parse(text) as ChapCredentials & { serial?: string };
      const credentials = credentialsIn({ auth_username: username, auth_password: password });
      return credentials === null ? null : { credentials, serial };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new DriverError('INTERNAL', `the credentials of target ${name} could not be read`, { cause });
    }
  }

  async write(name: string, { credentials: { username, password }, serial }: LioTargetFile): Promise<void> {
    const file = this.pathOf(name);
    try {
      await writeFile(
        `${file}.tmp`,
        JSON.stringify({ username, password, ...(serial !== null && { serial }) }),
        { mode: OWNER_ONLY },
      );
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
