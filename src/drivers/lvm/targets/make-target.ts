import type { CommandRunner } from '../../command/command-runner.js';
import type { LvmOptions } from '../lvm-options.js';
import type { Target } from './target.js';
import { TgtCommands } from './tgt/tgt-commands.js';
import { TgtFiles } from './tgt/tgt-file.js';
import { TgtTarget } from './tgt/tgt.target.js';

/** The target software that the options name. */
export function makeTarget(options: LvmOptions, runner: CommandRunner, tgtFolder: string): Target {
  const { target_prefix: iqnPrefix, discard, tgt_control_port: controlPort } = options;
  return new TgtTarget({
    runner,
    commands: new TgtCommands(controlPort === undefined ? {} : { controlPort }),
    files: new TgtFiles(options.tgt_conf_folder ?? tgtFolder),
    iqnPrefix,
    discard,
  });
}
