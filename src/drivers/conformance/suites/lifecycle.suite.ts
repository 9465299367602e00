import assert from 'node:assert/strict';
import type { BackendStats } from '../../contract/index.js';
import { admitsExactly } from '../assertions.js';
import { withoutAccessControl, type ConformanceSuite } from '../conformance-test.js';
import type { Scenario } from '../scenario.js';

export const lifecycle: ConformanceSuite = {
  title: 'life cycle',
  tests: () => [
    {
      title: 'a volume is made, exported, connected, disconnected, withdrawn and deleted',
      run: wholeLife,
    },
    {
      title: 'connection information names the protocol and holds its data',
      run: async (scenario) => {
        const info = await scenario.connect(await scenario.exportedVolume(), scenario.connection());
        assert.ok(typeof info.driver_volume_type === 'string' && info.driver_volume_type !== '');
        assert.ok(typeof info.data === 'object' && !Array.isArray(info.data));
      },
    },
    {
      title: 'a new export admits nobody yet',
      skipped: withoutAccessControl,
      run: async (scenario) => admitsExactly(scenario, await scenario.exportedVolume(), []),
    },
    {
      title: 'an export that was withdrawn can be made again',
      run: async (scenario) => {
        const volume = await scenario.volume();
        const connection = scenario.connection();
        await scenario.driver.removeExport(await scenario.export(volume, connection), scenario.call());
        await scenario.connect(await scenario.export(volume, connection), connection);
        assert.equal((await scenario.inspect(volume)).exported, true);
      },
    },
    {
      title: 'deleting one volume leaves the others alone',
      run: async (scenario) => {
        const kept = await scenario.exportedVolume();
        const gone = await scenario.exportedVolume();
        await scenario.driver.removeExport(gone, scenario.call());
        await scenario.driver.deleteVolume(gone, scenario.call());
        const { exists, exported } = await scenario.inspect(kept);
        assert.deepEqual({ exists, exported }, { exists: true, exported: true });
      },
    },
    {
      title: 'different volumes can be worked on at the same time',
      run: async (scenario) => {
        await Promise.all(Array.from({ length: 4 }, () => wholeLife(scenario)));
      },
    },
    {
      title: 'the capacity is told in numbers that fit together, or as unknown',
      run: async (scenario) => {
        const { totalGib, freeGib }: BackendStats = await scenario.driver.getStats(scenario.call());
        for (const gib of [totalGib, freeGib]) assert.ok(gib === null || (Number.isFinite(gib) && gib >= 0));
        if (totalGib !== null && freeGib !== null) assert.ok(freeGib <= totalGib);
      },
    },
  ],
};

async function wholeLife(scenario: Scenario): Promise<void> {
  const { driver } = scenario;
  const connection = scenario.connection();
  const volume = await scenario.export(await scenario.volume(), connection);
  await scenario.connect(volume, connection);
  await scenario.disconnect(volume, connection);
  await driver.removeExport(volume, scenario.call());
  await driver.deleteVolume(volume, scenario.call());
}
