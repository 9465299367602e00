import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import { withoutExtend, type ConformanceSuite } from '../conformance-test.js';
import type { CompleteOptions } from '../options.js';
import type { Scenario } from '../scenario.js';
import type { VolumeRef } from '../../contract/index.js';

const withoutOnlineExtend = (options: CompleteOptions) =>
  withoutExtend(options) ??
  (options.capabilities.extend === 'detached' ? 'the driver extends only detached volumes' : null);

export const extend: ConformanceSuite = {
  title: 'extend',
  tests: () => [
    {
      title: 'a volume can be extended, and extending it again to the same size succeeds',
      rule: 'extendVolume',
      cause: 'the tool refuses to grow to the present size, and the driver does not look first',
      skipped: withoutExtend,
      run: async (scenario) => {
        const volume = await scenario.volume();
        await scenario.repeatedly(() => grow(scenario, volume, volume.sizeGib + 1));
        assert.equal((await scenario.inspect(volume)).exists, true);
      },
    },
    {
      title: 'extending a volume that is already larger succeeds',
      rule: 'extendVolume',
      cause: 'the size is not compared before the tool is called',
      skipped: withoutExtend,
      run: async (scenario) => {
        const volume = await scenario.volume();
        await grow(scenario, volume, volume.sizeGib + 2);
        await grow(scenario, { ...volume, sizeGib: volume.sizeGib + 2 }, volume.sizeGib + 1);
      },
    },
    {
      title: 'a connected volume keeps its hosts when it is extended',
      rule: 'extendVolume',
      cause: 'the export is made anew and its hosts are not admitted again',
      skipped: withoutOnlineExtend,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const told = await scenario.connect(volume, connection);
        await grow(scenario, volume, volume.sizeGib + 1);
        await admitsExactly(scenario, volume, [connection]);
        assert.deepEqual(await scenario.connect(volume, connection), told);
      },
    },
  ],
};

async function grow(scenario: Scenario, volume: VolumeRef, sizeGib: number): Promise<void> {
  const { driver } = scenario;
  assert.ok(driver.extendVolume !== undefined, 'the capability is declared, but extendVolume is missing');
  await driver.extendVolume(volume, sizeGib, scenario.call());
}
