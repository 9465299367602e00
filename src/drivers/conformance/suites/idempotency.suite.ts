import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';

export const idempotency: ConformanceSuite = {
  title: 'idempotency',
  tests: () => [
    {
      title: 'createVolume can be repeated',
      run: async (scenario) => {
        const volume = scenario.unknownVolume();
        await scenario.repeatedly(() => scenario.driver.createVolume(volume, scenario.call()));
        assert.equal((await scenario.inspect(volume)).exists, true);
      },
    },
    {
      title: 'createVolume of an existing volume keeps its export',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.driver.createVolume(volume, scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, true);
      },
    },
    {
      title: 'deleteVolume can be repeated',
      run: async (scenario) => {
        const volume = await scenario.volume();
        await scenario.repeatedly(() => scenario.driver.deleteVolume(volume, scenario.call()));
        assert.equal((await scenario.inspect(volume)).exists, false);
      },
    },
    {
      title: 'deleteVolume also removes an existing export',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.driver.deleteVolume(volume, scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, false);
      },
    },
    {
      title: 'repeating createExport returns the same export, including credentials',
      run: async (scenario) => {
        const volume = await scenario.volume();
        const connection = scenario.connection();
        const [first, ...later] = await scenario.repeatedly(() =>
          scenario.driver.createExport(volume, connection, scenario.call()),
        );
        for (const details of later) assert.deepEqual(details, first);
      },
    },
    {
      title: 'ensureExport does not change an intact export',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await scenario.connect(volume, connection);
        const all = await scenario.repeatedly(() =>
          scenario.driver.ensureExport(volume, [connection], scenario.call()),
        );
        for (const details of all) assert.deepEqual(details, volume.exportDetails);
        await admitsExactly(scenario, volume, [connection]);
      },
    },
    {
      title: 'repeating initializeConnection returns the same information',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const [first, ...later] = await scenario.repeatedly(() => scenario.connect(volume, connection));
        for (const info of later) assert.deepEqual(info, first);
        await admitsExactly(scenario, volume, [connection]);
      },
    },
    {
      title: 'terminateConnection can be repeated',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await scenario.connect(volume, connection);
        await scenario.repeatedly(() => scenario.disconnect(volume, connection));
        await admitsExactly(scenario, volume, []);
      },
    },
    {
      title: 'removeExport can be repeated',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.repeatedly(() => scenario.driver.removeExport(volume, scenario.call()));
        assert.equal((await scenario.inspect(volume)).exported, false);
      },
    },
    {
      title: 'removing something that never existed succeeds',
      run: async (scenario) => {
        const volume = scenario.unknownVolume();
        await scenario.disconnect(volume, scenario.connection());
        await scenario.driver.removeExport(volume, scenario.call());
        await scenario.driver.deleteVolume(volume, scenario.call());
      },
    },
    {
      title: 'connecting and disconnecting repeatedly leaves nothing behind',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const before = await scenario.inspect(volume);
        await scenario.repeatedly(async () => {
          await scenario.connect(volume, connection);
          await scenario.disconnect(volume, connection);
        });
        assert.deepEqual(await scenario.inspect(volume), before);
      },
    },
  ],
};
