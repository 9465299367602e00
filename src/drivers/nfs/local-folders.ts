import type { CommandRunner } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';
import { isMissing, nfsFailure } from './nfs-failure.js';
import type { NfsServerOptions } from './nfs-options.js';
import type { Share, Shares } from './share.js';

/** Folders of this machine, which is the NFS server. Each volume gets a folder in them that is exported alone. */
export class LocalFolders implements Shares {
  readonly all: readonly Share[];

  constructor(
    { folders, address, client_options }: Pick<NfsServerOptions, 'folders' | 'address' | 'client_options'>,
    private readonly runner: CommandRunner,
  ) {
    this.all = folders.map((folder) => ({
      folder,
      exportOf: (name) => `${address}:${folder}/${name}`,
      nested: true,
      options: client_options,
    }));
  }

  async ready({ folder }: Share, signal: AbortSignal): Promise<void> {
    try {
      await this.runner.run(['stat', '-c', '%i', '--', `${folder}/.`], { signal });
    } catch (thrown) {
      if (!isMissing(thrown)) throw nfsFailure(`the folder ${folder} cannot be used`, thrown);
      throw new DriverError('UNAVAILABLE', `there is no folder ${folder}; make it, or mount what holds it`);
    }
  }
}
