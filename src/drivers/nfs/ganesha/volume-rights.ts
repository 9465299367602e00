import type { CommandRunner } from '../../command/command-runner.js';
import type { ExportedFolder } from '../nfs-access.js';
import { isMissing, nfsFailure } from '../nfs-failure.js';

/**
 * Keeps the hosts of one export away from the files of another. Ganesha does not check that a file handle belongs to the
 * export it is used with. Instead, each export has its own account, and only that account's group may use the volume.
 * Root stays the owner, so that no host can change the permissions.
 */
export class VolumeRights {
  constructor(private readonly runner: CommandRunner) {}

  async grant({ folder, file }: ExportedFolder, account: number, signal: AbortSignal): Promise<void> {
    try {
      await this.runner.run(['chown', '-h', `0:${account}`, '--', folder, file], { signal });
      await this.runner.run(['chmod', '0750', '--', folder], { signal });
      await this.runner.run(['chmod', '0660', '--', file], { signal });
    } catch (thrown) {
      throw nfsFailure('the volume cannot be given to the account of its export', thrown);
    }
  }

  /** Revokes the rights of any account. A missing volume counts as revoked. */
  async revoke({ folder, file }: ExportedFolder, signal: AbortSignal): Promise<void> {
    try {
      await this.runner.run(['chown', '-h', '0:0', '--', folder, file], { signal });
    } catch (thrown) {
      if (!isMissing(thrown))
        throw nfsFailure('the volume cannot be taken from the account of its export', thrown);
    }
  }
}
