import { expect, describe, it } from '@jest/globals';
import { runConformance } from '../conformance/index.js';
import type { IscsiDriver } from './iscsi-driver.js';
import lvm from './lvm.driver.js';
import type { LvmOptions } from './lvm-options.js';
import { SimulatedStorageHost } from '../../../test/support/storage/simulated-storage-host.js';

interface World {
  readonly host: SimulatedStorageHost;
  readonly options: Partial<LvmOptions>;
}
const worlds = new WeakMap<object, World>();

function worldOf(driver: object): World {
  const world = worlds.get(driver);
  if (world === undefined) throw new Error('the driver was not made here');
  return world;
}

function driverIn(world: World): IscsiDriver {
  const driver = world.host.driver(world.options);
  worlds.set(driver, world);
  return driver;
}

async function leavesNothing({ lvm: { volumes }, tgtd, lio }: SimulatedStorageHost): Promise<void> {
  expect([...volumes, ...tgtd.targets, ...tgtd.accounts, ...(await lio.left())]).toEqual([]);
}

/** Steps that may fail: whole commands, or single lines of a targetcli script. */
type Steps = 'commands' | 'lines of targetcli';

describe.each<readonly [Partial<LvmOptions>, Steps]>([
  [{ target: 'tgt' }, 'commands'],
  [{ target: 'tgt', thin_pool: 'pool', wipe: 'discard' }, 'commands'],
  [{ target: 'lio', portals: ['192.0.2.10:3260', '[2001:db8::10]:3260'] }, 'commands'],
  [{ target: 'lio' }, 'lines of targetcli'],
])('the driver lvm with %j, interrupted in its %s', (options, steps) => {
  runConformance({
    describe,
    it,
    capabilities: lvm.capabilities,
    repetitions: 3,
    create: async () => {
      const host = await SimulatedStorageHost.make(options.thin_pool !== undefined);
      const cleanup = async () => {
        await leavesNothing(host);
        await host.remove();
      };
      return { driver: driverIn({ host, options }), cleanup };
    },
    hooks: {
      restart: ({ driver }) => Promise.resolve(driverIn(worldOf(driver))),
      loseExport: async ({ driver }, volumeId) => {
        const { tgtd, lio } = worldOf(driver).host;
        tgtd.restart();
        await lio.lose(volumeId);
      },
      identify: ({ driver }, _info, volumeId) => {
        const { tgtd, lio } = worldOf(driver).host;
        return options.target === 'lio' ? lio.wwnOf(volumeId) : Promise.resolve(tgtd.wwnOf(volumeId));
      },
      interrupt: ({ driver }, step, trouble) => {
        const { runner, lio } = worldOf(driver).host;
        return (steps === 'commands' ? runner : lio).interrupt(step, trouble);
      },
    },
  });
});
