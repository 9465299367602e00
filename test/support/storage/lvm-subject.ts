import assert from 'node:assert/strict';
import type { ConformanceOptions, DriverUnderTest } from '../../../src/drivers/conformance/index.js';
import lvm from '../../../src/drivers/lvm/lvm.driver.js';
import type { LvmOptions } from '../../../src/drivers/lvm/lvm-options.js';
import { SimulatedStorageHost } from './simulated-storage-host.js';

/** Steps that may fail: whole commands, or single lines of a targetcli script. */
export type Steps = 'commands' | 'lines of targetcli';

/** Returns the driver, or a changed one. */
type Change = (driver: DriverUnderTest, host: SimulatedStorageHost) => DriverUnderTest;

/** The driver lvm on a simulated host, as the conformance kit tests it. */
export function lvmSubject(
  options: Partial<LvmOptions>,
  steps: Steps,
  change: Change = (driver) => driver,
): ConformanceOptions {
  const hosts = new WeakMap<object, SimulatedStorageHost>();
  const driverOn = (host: SimulatedStorageHost): DriverUnderTest => {
    const driver = change(host.driver(options), host);
    hosts.set(driver, host);
    return driver;
  };
  const hostOf = ({ driver }: { readonly driver: object }): SimulatedStorageHost => {
    const host = hosts.get(driver);
    if (host === undefined) throw new Error('the driver was not made here');
    return host;
  };
  return {
    capabilities: lvm.capabilities,
    repetitions: 3,
    create: async () => {
      const host = await SimulatedStorageHost.make(options.thin_pool !== undefined);
      const cleanup = async () => {
        await leavesNothing(host);
        await host.remove();
      };
      return {
        driver: driverOn(host),
        cleanup,
        exposed: () => host.runner.commands.map((argv) => argv.join(' ')),
      };
    },
    hooks: {
      restart: (subject) => Promise.resolve(driverOn(hostOf(subject))),
      loseExport: async (subject, volumeId) => {
        const { tgtd, lio } = hostOf(subject);
        tgtd.restart();
        await lio.lose(volumeId);
      },
      identify: (subject, _info, volumeId) => {
        const { tgtd, lio } = hostOf(subject);
        return options.target === 'lio' ? lio.wwnOf(volumeId) : Promise.resolve(tgtd.wwnOf(volumeId));
      },
      interrupt: (subject, step, trouble) => {
        const { runner, lio } = hostOf(subject);
        return (steps === 'commands' ? runner : lio).interrupt(step, trouble);
      },
    },
  };
}

async function leavesNothing({ lvm: { volumes }, tgtd, lio }: SimulatedStorageHost): Promise<void> {
  const left = [...volumes, ...tgtd.targets, ...tgtd.accounts, ...(await lio.left())];
  assert.deepEqual(left, [], 'something is left on the storage host');
}
