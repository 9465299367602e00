import { join } from 'node:path';
import type { CommandRunner } from '../command/command-runner.js';
import { ExportfsAccess } from './exportfs-access.js';
import { ExportFiles } from './ganesha/export-files.js';
import { ExportManager } from './ganesha/export-manager.js';
import { GaneshaAccess } from './ganesha/ganesha-access.js';
import { VolumeRights } from './ganesha/volume-rights.js';
import type { FencingAccess } from './nfs-access.js';
import type { NfsServerOptions } from './nfs-options.js';

const EXPORT_OPTIONS = ['sync', 'subtree_check', 'no_root_squash', 'secure'];
/** Above the ids that distributions and containers use for users and groups, and below 2^31. */
const FIRST_ACCOUNT = 0x7000_0000;

/**
 * Creates the access control for the configured NFS server.
 * @param folder the backend's state folder.
 */
export function makeAccess(
  { server, export_options: exportOptions = EXPORT_OPTIONS, ganesha = {} }: NfsServerOptions,
  runner: CommandRunner,
  folder: string,
): FencingAccess {
  if (server === 'exportfs') return new ExportfsAccess(runner, exportOptions);
  return new GaneshaAccess({
    exports: new ExportManager(runner, ganesha.bus_address),
    files: filesOf({ ganesha }, folder),
    rights: new VolumeRights(runner),
    firstAccount: ganesha.first_account ?? FIRST_ACCOUNT,
  });
}

/** Moves NFS-Ganesha's export files from the folder of former options. */
export async function adoptFiles(
  options: Pick<NfsServerOptions, 'server' | 'ganesha'>,
  earlier: Pick<NfsServerOptions, 'ganesha'>,
  folder: string,
): Promise<void> {
  if (options.server !== 'ganesha') return;
  await filesOf(options, folder).adopt(filesOf(earlier, folder));
}

function filesOf({ ganesha }: Pick<NfsServerOptions, 'ganesha'>, folder: string): ExportFiles {
  return new ExportFiles(ganesha?.conf_folder ?? join(folder, 'ganesha'));
}

/** Returns why an option does not fit the configured server, or null. */
export function unfitOption(options: NfsServerOptions): string | null {
  if (options.server === 'exportfs') {
    return options.ganesha === undefined
      ? null
      : 'the option "ganesha" is for "server": "ganesha"; set that, or drop it';
  }
  const unfit = (['export_options', 'file_mode', 'owner'] as const).find((key) => options[key] !== undefined);
  if (unfit === undefined) return null;
  const reason =
    unfit === 'export_options'
      ? 'it is for "server": "exportfs"'
      : 'NFS-Ganesha uses each volume as an account of its own';
  return `drop the option "${unfit}": ${reason}`;
}
