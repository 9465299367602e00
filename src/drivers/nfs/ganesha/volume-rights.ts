import type { CommandRunner } from '../../command/command-runner.js';
import type { ExportedFolder } from '../nfs-access.js';
import { isMissing, nfsFailure } from '../nfs-failure.js';

/**
 * Keeps the hosts of one export from the files of another. Ganesha does not look whether a file handle lies below the
 * folder of the export that it is used with; but each export carries out its requests as an account of its own, whose
 * group alone may use the volume. The volume stays root's, so that no host can give its rights away.
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

  /** Takes the rights from whatever account had them; a volume that is gone has none. */
  async revoke({ folder, file }: ExportedFolder, signal: AbortSignal): Promise<void> {
    try {
      await this.runner.run(['chown', '-h', '0:0', '--', folder, file], { signal });
    } catch (thrown) {
      if (!isMissing(thrown))
        throw nfsFailure('the volume cannot be taken from the account of its export', thrown);
    }
  }
}
