import { DriverError } from '../contract/index.js';
import type { Remembered } from '../state/state-file.js';
import type { NfsServerOptions } from './nfs-options.js';
import { isVolumeFolder } from './share.js';

/** The options that determine which server exports a volume, and in which folder. */
export type ServingOptions = Pick<NfsServerOptions, 'folders' | 'server' | 'ganesha'>;

/** Access through the server of former options. */
export interface FormerServer {
  /** Returns the admitted hosts by folder. @throws UNAVAILABLE when that server does not run. */
  admitted(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | null>;
  /** Removes everything that the server would export after a restart. */
  forgetAll(): Promise<void>;
}

/**
 * Exports created under former options, which hosts may still use. Volumes in a folder that is no longer configured stay
 * exported until they are removed there. Switching the server is refused while the former one admits a host.
 */
export class FormerExports {
  constructor(
    private readonly options: ServingOptions,
    private readonly record: Remembered<ServingOptions>,
    private readonly serverOf: (options: ServingOptions) => FormerServer,
    /** Moves the files of the same server from the folder of former options. */
    private readonly adopt: (last: ServingOptions) => Promise<void>,
  ) {}

  /**
   * Returns the folders of former options that still contain volumes.
   * @param isEmpty resolves to true if a folder contains no volume, to null if it does not exist.
   * @throws FAILED_PRECONDITION with what to do first.
   */
  async settle(
    isEmpty: (folder: string) => Promise<boolean | null>,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const last = await this.record.read();
    if (last !== null) await this.leave(last, signal);
    const folders: string[] = [];
    const kept: string[] = [];
    for (const folder of last?.folders ?? []) {
      if (this.options.folders.includes(folder)) continue;
      const empty = await isEmpty(folder);
      if (empty === true) continue;
      kept.push(folder);
      if (empty === false) folders.push(folder);
    }
    const { server, ganesha } = this.options;
    await this.record.write({
      folders: [...this.options.folders, ...kept],
      server,
      ...(ganesha !== undefined && { ganesha }),
    });
    return folders;
  }

  private async leave(last: ServingOptions, signal: AbortSignal): Promise<void> {
    const { server } = this.options;
    if (last.server === server) return this.adopt(last);
    const former = this.serverOf(last);
    const held = await heldBy(former, [...last.folders, ...this.options.folders], signal);
    if (held > 0) {
      throw new DriverError(
        'FAILED_PRECONDITION',
        `${nameOf(last)} still exports ${held} volumes to hosts: set "server" back to "${last.server}" until they are ` +
          'detached, or stop it, remove its exports, and let the hosts mount them again',
      );
    }
    await former.forgetAll();
  }
}

async function heldBy(
  former: FormerServer,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  try {
    const admitted = (await former.admitted(signal)) ?? new Map<string, readonly string[]>();
    return [...admitted].filter(
      ([path, hosts]) => hosts.length > 0 && folders.some((folder) => isVolumeFolder(path, folder)),
    ).length;
  } catch (thrown) {
    // A server that is not installed or not running exports nothing.
    if (thrown instanceof DriverError && thrown.code === 'UNAVAILABLE') return 0;
    throw thrown;
  }
}

function nameOf({ server }: ServingOptions): string {
  return server === 'exportfs' ? 'the NFS server of the kernel' : 'NFS-Ganesha';
}
