import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandRunner } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';
import { parseMountinfo, type Mount } from './mount-table.js';
import { nfsFailure } from './nfs-failure.js';
import type { NfsOptions } from './nfs-options.js';
import type { Share, Shares } from './share.js';

/** Shares of other machines, each mounted at BASE/md5(share), as os-brick does. */
export class MountedShares implements Shares {
  readonly all: readonly Share[];
  readonly open: readonly Share[];
  /** Serializes mounts, so that concurrent calls do not mount a share twice. */
  private mounting: Promise<unknown> = Promise.resolve();

  constructor(
    { shares, mount_point_base }: Pick<NfsOptions, 'shares' | 'mount_point_base'>,
    private readonly runner: CommandRunner,
  ) {
    this.all = shares.map(({ share, options }) => ({
      folder: join(mount_point_base, createHash('md5').update(share).digest('hex')),
      exportOf: () => share,
      nested: false,
      options,
    }));
    this.open = this.all;
  }

  setup(): Promise<void> {
    return Promise.resolve();
  }

  async ready(share: Share, signal: AbortSignal): Promise<void> {
    const mount = (await this.mountOn(share.folder, signal)) ?? (await this.mounted(share, signal));
    assertSource(mount, share);
    try {
      // A stale handle fails here, and a dead server times out, before anything is written.
      await this.runner.run(['stat', '-c', '%i', '--', share.folder], { signal });
    } catch (thrown) {
      throw nfsFailure(`the share ${share.exportOf('')} does not answer`, thrown);
    }
  }

  private async mounted(share: Share, signal: AbortSignal): Promise<Mount> {
    const turn = this.mounting.then(async () => {
      const mount = await this.mountOn(share.folder, signal);
      if (mount !== null) return mount;
      await this.mount(share, signal);
      return this.mountOn(share.folder, signal);
    });
    this.mounting = turn.catch(() => undefined);
    const mount = await turn;
    if (mount !== null) return mount;
    throw new DriverError('UNAVAILABLE', `the share ${share.exportOf('')} is not mounted`);
  }

  private async mount({ folder, options, exportOf }: Share, signal: AbortSignal): Promise<void> {
    const flags = options === undefined ? [] : ['-o', options];
    try {
      await this.runner.run(['mkdir', '-p', '--', folder], { signal });
      await this.runner.run(['mount', '-t', 'nfs', ...flags, exportOf(''), folder], { signal });
    } catch (thrown) {
      throw nfsFailure(`the share ${exportOf('')} cannot be mounted`, thrown);
    }
  }

  private async mountOn(folder: string, signal: AbortSignal): Promise<Mount | null> {
    try {
      const table = parseMountinfo(await this.runner.run(['cat', '/proc/self/mountinfo'], { signal }));
      return table.filter((mount) => mount.folder === folder).at(-1) ?? null;
    } catch (thrown) {
      throw nfsFailure('the table of mounts cannot be read', thrown);
    }
  }
}

function assertSource({ type, source }: Mount, share: Share): void {
  const wanted = share.exportOf('');
  if (/^nfs4?$/.test(type) && source.replace(/(.)\/$/, '$1') === wanted) return;
  const message = `${share.folder} has ${source} mounted instead of ${wanted}; unmount it`;
  throw new DriverError('INTERNAL', message);
}
