#!/usr/bin/env node
import 'reflect-metadata';
import { checkDriver } from './check-driver.js';
import type { Command } from './command.js';
import { finish } from './finish.js';
import { dev } from './dev.js';
import { newDriver } from './new-driver.js';
import { runCommandLine } from './run-command-line.js';
import { backend } from './backend.js';
import { backup } from './backup.js';
import { config } from './config.js';
import { doctor } from './doctor.js';
import { drain } from './drain.js';
import { fenceHost } from './fence-host.js';
import { policy } from './policy.js';
import { report } from './report.js';
import { rotateKeys } from './rotate-keys.js';
import { serve } from './serve.js';

const COMMANDS: readonly Command[] = [
  serve,
  config,
  doctor,
  fenceHost,
  drain,
  backend,
  backup,
  rotateKeys,
  report,
  policy,
  newDriver,
  checkDriver,
  dev,
];

finish(await runCommandLine(process.argv.slice(2), COMMANDS));
