import assert from 'node:assert/strict';
import type { BackendStats } from '../../contract/index.js';
import { admitsExactly } from '../assertions.js';
import { brickFaults } from '../brick-keys.js';
import { withoutAccessControl, type ConformanceSuite } from '../conformance-test.js';
import type { Scenario } from '../scenario.js';

export const lifecycle: ConformanceSuite = {
  title: 'life cycle',
  tests: () => [
    {
      title: 'a volume can be created, exported, connected, disconnected, unexported and deleted',
      rule: 'deleteVolume',
      cause: 'a call leaves something behind that the call which undoes it does not remove',
      run: wholeLife,
    },
    {
      title: 'connection information contains the protocol and its data',
      rule: 'initializeConnection',
      cause: 'the result lacks driver_volume_type or data',
      run: async (scenario) => {
        const info = await scenario.connect(await scenario.exportedVolume(), scenario.connection());
        assert.ok(typeof info.driver_volume_type === 'string' && info.driver_volume_type !== '');
        assert.ok(typeof info.data === 'object' && !Array.isArray(info.data));
      },
    },
    {
      title: 'connection data has the keys and types that os-brick reads',
      rule: 'connection-data',
      cause: "a number of the tool's output is passed on as text, or a key is misspelt",
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const faults = brickFaults(await scenario.connect(volume, scenario.connection()));
        assert.ok(faults.length === 0, `hosts cannot connect: ${faults.join('; ')}`);
      },
    },
    {
      title: 'a new export admits no host',
      rule: 'createExport',
      cause: 'createExport admits the host of the connection that it gets, or every host',
      skipped: withoutAccessControl,
      run: async (scenario) => admitsExactly(scenario, await scenario.exportedVolume(), []),
    },
    {
      title: 'a removed export can be created again',
      rule: 'removeExport',
      cause: 'removeExport leaves a part of the export that createExport takes for the whole',
      run: async (scenario) => {
        const volume = await scenario.volume();
        const connection = scenario.connection();
        await scenario.driver.removeExport(await scenario.export(volume, connection), scenario.call());
        await scenario.connect(await scenario.export(volume, connection), connection);
        assert.equal((await scenario.inspect(volume)).exported, true);
      },
    },
    {
      title: 'deleting one volume does not affect the others',
      rule: 'concurrency',
      cause: 'the volumes share something that is removed with one of them, or names are compared by prefix',
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
      title: 'different volumes can be used concurrently',
      rule: 'concurrency',
      cause:
        'calls for different volumes share state, such as a file that both write or a number that both take',
      run: async (scenario) => {
        await Promise.all(Array.from({ length: 4 }, () => wholeLife(scenario)));
      },
    },
    {
      title: 'the reported capacity is consistent or unknown',
      rule: 'getStats',
      cause: 'the capacity is read from a text in which the number is missing, or in other units than GiB',
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
