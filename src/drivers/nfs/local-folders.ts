import type { Argv, CommandRunner } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';
import type { FormerExports } from './former-exports.js';
import { isMissing, nfsFailure } from './nfs-failure.js';
import type { NfsServerOptions } from './nfs-options.js';
import type { Share, Shares } from './share.js';

/** Folders of this machine, which is the NFS server. Each volume has its own subfolder, which is exported separately. */
export class LocalFolders implements Shares {
  all: readonly Share[];
  readonly open: readonly Share[];
  private readonly shareAt: (folder: string) => Share;

  constructor(
    { folders, address, client_options }: Pick<NfsServerOptions, 'folders' | 'address' | 'client_options'>,
    private readonly runner: CommandRunner,
    private readonly former: FormerExports,
  ) {
    this.shareAt = (folder) => ({
      folder,
      exportOf: (name) => `${address}:${folder}/${name}`,
      nested: true,
      options: client_options,
    });
    this.open = folders.map(this.shareAt);
    this.all = this.open;
  }

  async setup(signal: AbortSignal): Promise<void> {
    const folders = await this.former.settle((folder) => this.isEmpty(folder, signal), signal);
    this.all = [...this.open, ...folders.map(this.shareAt)];
  }

  /** Resolves to true if the folder contains no volume, to null if it does not exist. */
  private async isEmpty(folder: string, signal: AbortSignal): Promise<boolean | null> {
    try {
      const argv: Argv = ['find', folder, '-maxdepth', '1', '-name', '*volume-*', '-printf', '%f\\n'];
      return (await this.runner.run(argv, { signal })).trim() === '';
    } catch (thrown) {
      if (isMissing(thrown)) return null;
      throw nfsFailure(
        `the folder ${folder}, which the option "folders" named before, cannot be read`,
        thrown,
      );
    }
  }

  async ready({ folder }: Share, signal: AbortSignal): Promise<void> {
    try {
      await this.runner.run(['stat', '-c', '%i', '--', `${folder}/.`], { signal });
    } catch (thrown) {
      if (!isMissing(thrown)) throw nfsFailure(`the folder ${folder} cannot be used`, thrown);
      throw new DriverError(
        'UNAVAILABLE',
        `folder ${folder} does not exist; create it, or mount the file system that contains it`,
      );
    }
  }
}
