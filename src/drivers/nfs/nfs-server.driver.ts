import { join } from 'node:path';
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
import { StateFile } from '../state/state-file.js';
import { fileCapabilities } from './file-capabilities.js';
import { FormerExports, type ServingOptions } from './former-exports.js';
import { LocalFolders } from './local-folders.js';
import { adoptFiles, makeAccess, unfitOption } from './make-access.js';
import type { FencingAccess } from './nfs-access.js';
import { addressOf } from './nfs-connector.js';
import { nfsServerOptionsSchema, type NfsServerOptions } from './nfs-options.js';
import { NfsVolumes } from './nfs-volumes.js';
import { ShareFiles } from './share-files.js';

/** Volumes as files that this machine itself exports, only to attached hosts, and read-only for read-only attachments. */
class NfsServerDriver extends NfsVolumes implements FencingDriver {
  constructor(
    private readonly options: NfsServerOptions,
    runner: CommandRunner,
    private readonly exports: FencingAccess,
    former: FormerExports,
  ) {
    const files = new ShareFiles(runner, options);
    super(new LocalFolders(options, runner, former), files, exports, options.mount_point_base);
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
 * Creates the driver with a given runner; for tests.
 * @param stateFolder the backend's state folder, which survives restarts.
 */
export function nfsServerDriver(
  options: NfsServerOptions,
  runner: CommandRunner,
  stateFolder: string,
): NfsServerDriver {
  const record = new StateFile<ServingOptions>(join(stateFolder, 'exports-made-with.json'));
  const former = new FormerExports(
    options,
    record,
    (last) => makeAccess({ ...options, ...last }, runner, stateFolder),
    (last) => adoptFiles(options, last, stateFolder),
  );
  return new NfsServerDriver(options, runner, makeAccess(options, runner, stateFolder), former);
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
    thin: true,
  },
  capabilitiesWith: fileCapabilities,
  optionsSchema: nfsServerOptionsSchema,
  create: (options, { stateFolder }) => {
    const { command_prefix: prefix, command_timeout_s: seconds } = options;
    const runner = new SystemCommandRunner({ prefix, timeoutMs: seconds * 1000 });
    return nfsServerDriver(options, runner, stateFolder);
  },
});
