import { CHECK_DRIVER_USAGE } from '../drivers/conformance/check/usage.js';
import type { DriverDefinition } from '../drivers/contract/index.js';
import { BUILTIN_DRIVERS } from '../drivers/registry/builtin-drivers.js';
import type { Command } from './command.js';

/** Judges a driver by the conformance kit. */
export const checkDriver: Command = {
  name: 'check-driver',
  summary: 'judge a driver by the conformance kit',
  readsSettings: false,
  usage: `clinker check-driver ${CHECK_DRIVER_USAGE}\n\nThe name of a built-in driver stands for that driver.`,
  run: async (args) => {
    const [{ checkDriver: check }, { terminal }] = await Promise.all([
      import('../drivers/conformance/check/check-driver.js'),
      import('../drivers/conformance/check/terminal.js'),
    ]);
    return check('clinker check-driver', args, { ...terminal(), builtin });
  },
};

async function builtin(name: string): Promise<DriverDefinition | null> {
  const load = Object.hasOwn(BUILTIN_DRIVERS, name) ? BUILTIN_DRIVERS[name] : undefined;
  return load === undefined ? null : ((await load()) as { readonly default: DriverDefinition }).default;
}
