import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import { withoutAccessControl, type ConformanceSuite } from '../conformance-test.js';

export const truth: ConformanceSuite = {
  title: 'inspect and listExports',
  tests: () => [
    {
      title: 'inspect tells whether the volume is there',
      run: async (scenario) => {
        const volume = scenario.unknownVolume();
        assert.equal((await scenario.inspect(volume)).exists, false);
        await scenario.driver.createVolume(volume, scenario.call());
        assert.equal((await scenario.inspect(volume)).exists, true);
        await scenario.driver.deleteVolume(volume, scenario.call());
        assert.equal((await scenario.inspect(volume)).exists, false);
      },
    },
    {
      title: 'inspect tells whether the volume is exported',
      run: async (scenario) => {
        const volume = await scenario.volume();
        assert.equal((await scenario.inspect(volume)).exported, false);
        const exported = await scenario.export(volume);
        assert.equal((await scenario.inspect(exported)).exported, true);
        await scenario.driver.removeExport(exported, scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, false);
      },
    },
    {
      title: 'inspect goes by the backend, not by the exportDetails it is given',
      run: async (scenario) => {
        const exported = await scenario.exportedVolume();
        assert.equal((await scenario.inspect({ ...exported, exportDetails: null })).exported, true);
        await scenario.driver.removeExport(exported, scenario.call());
        assert.equal((await scenario.inspect(exported)).exported, false);
      },
    },
    {
      title: 'inspect names the admitted hosts, and no longer those that left',
      skipped: withoutAccessControl,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await scenario.connect(volume, connection);
        await admitsExactly(scenario, volume, [connection]);
        await scenario.disconnect(volume, connection);
        await admitsExactly(scenario, volume, []);
      },
    },
    {
      title: 'inspect changes nothing',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.connect(volume, scenario.connection());
        const [first, ...later] = await scenario.repeatedly(() => scenario.inspect(volume));
        for (const state of later) assert.deepEqual(state, first);
      },
    },
    {
      title: 'listExports names exactly the exported volumes',
      run: async (scenario) => {
        const [plain, exported] = [await scenario.volume(), await scenario.exportedVolume()];
        const listed = async () => {
          const exports = await scenario.driver.listExports(scenario.call());
          // A shared backend may hold exports of somebody else.
          return exports.map(({ volumeId }) => volumeId).filter((id) => [plain.id, exported.id].includes(id));
        };
        assert.deepEqual(await listed(), [exported.id]);
        await scenario.driver.removeExport(exported, scenario.call());
        assert.deepEqual(await listed(), []);
      },
    },
    {
      title: 'listExports and inspect agree about the admitted hosts',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.connect(volume, scenario.connection());
        const exports = await scenario.driver.listExports(scenario.call());
        const listed = exports.find(({ volumeId }) => volumeId === volume.id);
        assert.deepEqual(listed?.admitted, (await scenario.inspect(volume)).admitted);
      },
    },
  ],
};
