#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { checkDriver } from '../conformance/check/check-driver.js';
import { terminal } from '../conformance/check/terminal.js';
import { CHECK_DRIVER_USAGE } from '../conformance/check/usage.js';
import { InvalidArguments, NEW_DRIVER_USAGE, newDriver, NotCreated } from './new-driver.js';

/** This file's place in the package clinker-driver is dist/drivers/authoring. */
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

/** How the program is called, in the folder of a package that has it. */
const PROGRAM = 'npx --no clinker-driver';

const USAGE = `${PROGRAM} new ${NEW_DRIVER_USAGE}

${PROGRAM} check ${CHECK_DRIVER_USAGE}`;

process.exitCode = await run(process.argv.slice(2));

/** Returns the exit status: 0 success, 1 failure, 2 invalid usage; `check` has its own meanings of them. */
async function run([command, ...args]: readonly string[]): Promise<number> {
  if (command === '--help' || command === '-h' || args.includes('--help') || args.includes('-h')) {
    console.log(USAGE);
    return 0;
  }
  try {
    if (command === undefined) throw new InvalidArguments('the command is missing');
    if (command === 'check') return await checkDriver(`${PROGRAM} check`, args, terminal());
    if (command !== 'new') throw new InvalidArguments(`unknown command ${command}`);
    console.log(await newDriver(args, PACKAGE));
    return 0;
  } catch (error) {
    if (error instanceof InvalidArguments) {
      console.error(`clinker-driver: ${error.message} (see ${PROGRAM} --help)`);
      return 2;
    }
    if (!(error instanceof NotCreated)) throw error;
    console.error(`clinker-driver: ${error.message}`);
    return 1;
  }
}
