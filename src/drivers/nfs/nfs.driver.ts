import { SystemCommandRunner, type CommandRunner } from '../command/command-runner.js';
import { CONTRACT_VERSION, defineDriver } from '../contract/index.js';
import { fileCapabilities } from './file-capabilities.js';
import { MountedShares } from './mounted-shares.js';
import { openAccess } from './nfs-access.js';
import { nfsOptionsSchema, type NfsOptions } from './nfs-options.js';
import { NfsVolumes } from './nfs-volumes.js';
import { ShareFiles } from './share-files.js';

/** Creates the driver with a given runner; for tests. */
export function nfsDriver(options: NfsOptions, runner: CommandRunner): NfsVolumes {
  return new NfsVolumes(
    new MountedShares(options, runner),
    new ShareFiles(runner, options),
    openAccess,
    options.mount_point_base,
  );
}

/** Volumes as files on shares of other machines, which decide themselves which hosts may mount them. */
export default defineDriver({
  name: 'nfs',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'nfs',
    multiattach: true,
    readOnlyExports: false,
    accessControl: 'none',
    extend: 'detached',
    thin: true,
  },
  capabilitiesWith: fileCapabilities,
  optionsSchema: nfsOptionsSchema,
  create: (options) => {
    const { command_prefix: prefix, command_timeout_s: seconds } = options;
    return nfsDriver(options, new SystemCommandRunner({ prefix, timeoutMs: seconds * 1000 }));
  },
});
