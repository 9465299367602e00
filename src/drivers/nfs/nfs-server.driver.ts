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
import { LocalFolders } from './local-folders.js';
import { makeAccess, unfitOption } from './make-access.js';
import type { FencingAccess } from './nfs-access.js';
import { addressOf } from './nfs-connector.js';
import { nfsServerOptionsSchema, type NfsServerOptions } from './nfs-options.js';
import { NfsVolumes } from './nfs-volumes.js';
import { ShareFiles } from './share-files.js';

/** Files that this machine exports itself: to attached hosts only, read-only where the attachment is. */
class NfsServerDriver extends NfsVolumes implements FencingDriver {
  constructor(
    private readonly options: NfsServerOptions,
    runner: CommandRunner,
    private readonly exports: FencingAccess,
  ) {
    const files = new ShareFiles(runner, options);
    super(new LocalFolders(options, runner), files, exports, options.mount_point_base);
  }

  override async setup(): Promise<void> {
    const unfit = unfitOption(this.options);
    if (unfit !== null) throw new DriverError('FAILED_PRECONDITION', unfit);
    await super.setup();
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

/**
 * The driver over a given runner, for tests.
 * @param stateFolder the backend's own, for what must outlive a restart.
 */
export function nfsServerDriver(
  options: NfsServerOptions,
  runner: CommandRunner,
  stateFolder: string,
): NfsServerDriver {
  return new NfsServerDriver(options, runner, makeAccess(options, runner, stateFolder));
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
  create: (given, { stateFolder }) => {
    // The server has checked them with the schema and filled in its defaults.
    const options = given as unknown as NfsServerOptions;
    const { command_prefix: prefix, command_timeout_s: seconds } = options;
    const runner = new SystemCommandRunner({ prefix, timeoutMs: seconds * 1000 });
    return nfsServerDriver(options, runner, stateFolder);
  },
});
