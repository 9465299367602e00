import { join } from 'node:path';
import type { CommandRunner } from '../../command/command-runner.js';
import type { LvmOptions } from '../lvm-options.js';
import { CredentialFiles } from './lio/credential-files.js';
import { LioConfigfs } from './lio/lio-state.js';
import { LioTarget } from './lio/lio.target.js';
import type { Target } from './target.js';
import { TgtCommands } from './tgt/tgt-commands.js';
import { TgtFiles } from './tgt/tgt-file.js';
import { TgtTarget } from './tgt/tgt.target.js';

/** Where the kernel shows LIO. */
const CONFIGFS = '/sys/kernel/config/target';

/**
 * The target software that the options name.
 * @param folder the backend's own, for what must outlive a restart.
 * @param configfs where LIO is looked up; tests have a place of their own.
 */
export function makeTarget(
  options: LvmOptions,
  runner: CommandRunner,
  folder: string,
  configfs = CONFIGFS,
): Target {
  const { target_prefix: iqnPrefix, discard, portals, tgt_control_port: controlPort } = options;
  if (options.target === 'lio') {
    const credentials = new CredentialFiles(join(folder, 'lio'));
    return new LioTarget({
      runner,
      kernel: new LioConfigfs(configfs),
      credentials,
      iqnPrefix,
      portals,
      discard,
    });
  }
  return new TgtTarget({
    runner,
    commands: new TgtCommands(controlPort === undefined ? {} : { controlPort }),
    files: new TgtFiles(options.tgt_conf_folder ?? join(folder, 'tgt')),
    iqnPrefix,
    discard,
  });
}
