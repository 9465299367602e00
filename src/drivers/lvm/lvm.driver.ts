import { join } from 'node:path';
import { SystemCommandRunner } from '../command/command-runner.js';
import { CONTRACT_VERSION, defineDriver } from '../contract/index.js';
import { LvmDriver } from './lvm-driver.js';
import { lvmOptionsSchema, type LvmOptions } from './lvm-options.js';
import { LvmVolumes, UDEV_LINKS } from './lvm-volumes.js';
import { makeTarget } from './targets/make-target.js';

/** lvm2 complains of every file that its parent has open. */
const QUIET = { LVM_SUPPRESS_FD_WARNINGS: '1' };

function systemRunner(options: LvmOptions, timeoutMs: number): SystemCommandRunner {
  const env = {
    ...QUIET,
    ...(options.lvm_system_dir !== undefined && { LVM_SYSTEM_DIR: options.lvm_system_dir }),
    ...(options.tgt_socket !== undefined && { TGT_IPC_SOCKET: options.tgt_socket }),
  };
  // sudo keeps no environment: what is set goes on its command line.
  const words = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  return new SystemCommandRunner({
    prefix: options.sudo ? ['sudo', '-n', ...words.slice(1)] : [],
    timeoutMs,
    env,
  });
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
      makeTarget(options, runner, join(host.stateFolder, 'tgt')),
    );
  },
});
