import { join } from 'node:path';
import type { CommandRunner } from '../../command/command-runner.js';
import { StateFile } from '../../state/state-file.js';
import type { LvmOptions } from '../lvm-options.js';
import { AllTargets, type ServingOptions } from './all-targets.js';
import { LioFiles } from './lio/lio-files.js';
import { LioConfigfs } from './lio/lio-state.js';
import { LioTarget } from './lio/lio.target.js';
import type { Target } from './target.js';
import { TgtCommands } from './tgt/tgt-commands.js';
import { TgtControl } from './tgt/tgt-control.js';
import { TgtFiles } from './tgt/tgt-file.js';
import { TgtTarget } from './tgt/tgt.target.js';

/** Path of LIO in configfs. */
const CONFIGFS = '/sys/kernel/config/target';

/** Dependencies of the targets other than the options. */
export interface TargetSurroundings {
  /** Returns a runner with the environment of these options. */
  readonly runnerFor: (options: ServingOptions) => CommandRunner;
  /** The backend's state folder. */
  readonly folder: string;
  /** LIO's folder in configfs; tests use their own. */
  readonly configfs?: string;
}

/** Creates the target software of the current options, and that of former ones. */
export function makeTargets(options: LvmOptions, surroundings: TargetSurroundings): Target {
  const { folder } = surroundings;
  const filesFor = (serving: ServingOptions) => new TgtFiles(serving.tgt_conf_folder ?? join(folder, 'tgt'));
  return new AllTargets({
    options,
    record: new StateFile(join(folder, 'exports-made-with.json')),
    make: (serving, isFormer) => makeTarget(options, serving, isFormer, surroundings),
    adopt: async (earlier) => {
      if (options.target === 'tgt') await filesFor(options).adopt(filesFor(earlier));
    },
  });
}

function makeTarget(
  options: LvmOptions,
  serving: ServingOptions,
  isFormer: boolean,
  { runnerFor, folder, configfs = CONFIGFS }: TargetSurroundings,
): Target {
  const { target_prefix: iqnPrefix, discard } = options;
  const { target, portals, tgt_control_port: controlPort, tgt_conf_folder: confFolder } = serving;
  const runner = runnerFor(serving);
  if (target === 'lio') {
    const files = new LioFiles(join(folder, 'lio'));
    return new LioTarget({
      runner,
      kernel: new LioConfigfs(configfs),
      files,
      iqnPrefix,
      portals,
      discard,
      isFormer,
    });
  }
  const files = new TgtFiles(confFolder ?? join(folder, 'tgt'));
  const commands = new TgtCommands(controlPort === undefined ? {} : { controlPort });
  const control = new TgtControl(runner, commands, { closedPortals: files.closedPortals, isFormer });
  const sharesFiles = isFormer && options.target === 'tgt' && options.tgt_conf_folder === confFolder;
  return new TgtTarget({ control, files, iqnPrefix, portals, discard, sharesFiles });
}
