import { SystemCommandRunner } from '../command/command-runner.js';
import { CONTRACT_VERSION, defineDriver } from '../contract/index.js';
import { IscsiDriver } from './iscsi-driver.js';
import { lvmOptionsSchema, type LvmOptions } from './lvm-options.js';
import { lastGroupIn, LvmVolumes, UDEV_LINKS } from './lvm-volumes.js';
import { makeTargets } from './targets/make-target.js';

/** Suppresses lvm2's warnings about file descriptors inherited from the parent. */
const QUIET = { LVM_SUPPRESS_FD_WARNINGS: '1' };

/** Fallback timeout: a wiping step normally ends with its call at the latest. */
const WIPE_STEP_MS = 3_600_000;

function systemRunner(
  options: LvmOptions,
  timeoutMs: number,
  socket = options.tgt_socket,
): SystemCommandRunner {
  const env = {
    ...(options.lvm_system_dir !== undefined && { LVM_SYSTEM_DIR: options.lvm_system_dir }),
    ...(socket !== undefined && { TGT_IPC_SOCKET: socket }),
  };
  if (!options.sudo) return new SystemCommandRunner({ timeoutMs, env: { ...QUIET, ...env } });
  // sudo drops the environment except variables on its command line, which require SETENV in sudoers.
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
    thin: true,
  },
  capabilitiesWith: ({ thin_pool: pool }) => (pool === undefined ? { thin: false } : {}),
  optionsSchema: lvmOptionsSchema,
  create: (options, host) => {
    const { stateFolder: folder } = host;
    const lastGroup = lastGroupIn(folder);
    const runner = systemRunner(options, options.command_timeout_ms);
    const wiper = systemRunner(options, WIPE_STEP_MS);
    return new IscsiDriver(
      options,
      new LvmVolumes(options, { runner, wiper, devices: UDEV_LINKS, lastGroup }),
      makeTargets(options, {
        runnerFor: ({ tgt_socket: socket }) => systemRunner(options, options.command_timeout_ms, socket),
        folder,
      }),
    );
  },
});
