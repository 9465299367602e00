import { join } from 'node:path';
import {
  InvalidArguments,
  NEW_DRIVER_USAGE,
  newDriver as createDriver,
  NotCreated,
} from '../drivers/authoring/new-driver.js';
import { PACKAGE_FOLDER } from '../platform/package-folder.js';
import { type Command, UsageError } from './command.js';

/** The package clinker-driver is a part of this one. */
const DRIVER_PACKAGE = join(PACKAGE_FOLDER, 'packages/driver');

/** Creates a working driver package as a starting point. */
export const newDriver: Command = {
  name: 'new-driver',
  summary: 'create a driver package as a starting point',
  readsSettings: false,
  usage: `clinker new-driver ${NEW_DRIVER_USAGE}`,
  run: async (args) => {
    try {
      console.log(await createDriver(args, DRIVER_PACKAGE));
      return 0;
    } catch (error) {
      if (error instanceof InvalidArguments) throw new UsageError(error.message);
      if (!(error instanceof NotCreated)) throw error;
      console.error(`clinker new-driver: ${error.message}`);
      return 1;
    }
  },
};
