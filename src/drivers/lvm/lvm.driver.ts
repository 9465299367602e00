import { SystemCommandRunner } from '../command/command-runner.js';
import { CONTRACT_VERSION, defineDriver } from '../contract/index.js';
import { LvmDriver } from './lvm-driver.js';
import { lvmOptionsSchema, type LvmOptions } from './lvm-options.js';
import { LvmVolumes, UDEV_LINKS } from './lvm-volumes.js';
import { makeTarget } from './targets/make-target.js';

/** Silences lvm2's complaints about files that its parent has open. */
const QUIET = { LVM_SUPPRESS_FD_WARNINGS: '1' };

function systemRunner(options: LvmOptions, timeoutMs: number): SystemCommandRunner {
  const env = {
    ...(options.lvm_system_dir !== undefined && { LVM_SYSTEM_DIR: options.lvm_system_dir }),
    ...(options.tgt_socket !== undefined && { TGT_IPC_SOCKET: options.tgt_socket }),
  };
  if (!options.sudo) return new SystemCommandRunner({ timeoutMs, env: { ...QUIET, ...env } });
  // sudo keeps no environment but what is on its command line, and there only with SETENV in sudoers.
  const words = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  return new SystemCommandRunner({ timeoutMs, prefix: ['sudo', '-n', ...words] });
}

export default defineDriver({
  name: 'lvm',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'iSCSI',
    multiattach: true,
    readOnlyExports: true,
    accessControl: 'initiator',
    extend: 'attached',
    fence: true,
  },
  optionsSchema: lvmOptionsSchema,
  create: (given, host) => {
    // The server has checked them with the schema and filled in its defaults.
    const options = given as unknown as LvmOptions;
    const runner = systemRunner(options, options.command_timeout_ms);
    const wiper = systemRunner(options, options.wipe_timeout_ms);
    return new LvmDriver(
      options,
      new LvmVolumes(options, { runner, wiper, devices: UDEV_LINKS }),
      makeTarget(options, runner, host.stateFolder),
    );
  },
});
