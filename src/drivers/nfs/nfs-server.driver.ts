import { SystemCommandRunner, type CommandRunner } from '../command/command-runner.js';
import {
  CONTRACT_VERSION,
  defineDriver,
  DriverError,
  type CallContext,
  type Connection,
  type FencingDriver,
  type VolumeRef,
} from '../contract/index.js';
import { ExportfsAccess } from './exportfs-access.js';
import { LocalFolders } from './local-folders.js';
import { addressOf } from './nfs-connector.js';
import { nfsServerOptionsSchema, type NfsServerOptions } from './nfs-options.js';
import { NfsVolumes } from './nfs-volumes.js';
import { ShareFiles } from './share-files.js';

/** Files that this machine exports itself: to attached hosts only, read-only where the attachment is. */
class NfsServerDriver extends NfsVolumes implements FencingDriver {
  constructor(
    options: NfsServerOptions,
    runner: CommandRunner,
    private readonly exports = new ExportfsAccess(runner, options.export_options),
  ) {
    const files = new ShareFiles(runner, options);
    super(new LocalFolders(options, runner), files, exports, options.mount_point_base);
  }

  async fenceConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    const address = addressOf(connection);
    if (remaining.some((other) => addressOf(other) === address)) {
      throw new DriverError('FAILED_PRECONDITION', 'another attachment of the same host uses the volume');
    }
    for (const target of this.targetsOf(volume)) {
      await this.exports.withdraw(target, connection, remaining, signal);
      await this.exports.confirmCutOff(target, connection, signal);
    }
  }
}

/** The driver over a given runner, for tests. */
export function nfsServerDriver(options: NfsServerOptions, runner: CommandRunner): NfsServerDriver {
  return new NfsServerDriver(options, runner);
}

export default defineDriver({
  name: 'nfs-server',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'nfs',
    multiattach: true,
    readOnlyExports: true,
    accessControl: 'address',
    extend: 'detached',
    fence: true,
  },
  // Two hosts that write to one qcow2 destroy it.
  capabilitiesWith: ({ format }) => (format === 'qcow2' ? { multiattach: false } : {}),
  optionsSchema: nfsServerOptionsSchema,
  create: (given) => {
    // The server has checked them with the schema and filled in its defaults.
    const options = given as unknown as NfsServerOptions;
    const { command_prefix: prefix, command_timeout_s: seconds } = options;
    return nfsServerDriver(options, new SystemCommandRunner({ prefix, timeoutMs: seconds * 1000 }));
  },
});
