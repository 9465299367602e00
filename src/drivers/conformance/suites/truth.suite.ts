import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import { withoutAccessControl, type ConformanceSuite } from '../conformance-test.js';
import { listedExports } from '../listed-exports.js';

export const truth: ConformanceSuite = {
  title: 'inspect and listExports',
  tests: () => [
    {
      title: 'inspect reports whether the volume exists',
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
      title: 'inspect reports whether the volume is exported',
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
      title: 'inspect reads the backend, not the given exportDetails',
      run: async (scenario) => {
        const exported = await scenario.exportedVolume();
        assert.equal((await scenario.inspect({ ...exported, exportDetails: null })).exported, true);
        await scenario.driver.removeExport(exported, scenario.call());
        assert.equal((await scenario.inspect(exported)).exported, false);
      },
    },
    {
      title: 'inspect lists the admitted hosts, but not disconnected ones',
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
      title: 'listExports lists exactly the exported volumes',
      run: async (scenario) => {
        const [plain, exported] = [await scenario.volume(), await scenario.exportedVolume()];
        const listed = async () => {
          const exports = await listedExports(scenario.driver, scenario.call());
          // A shared backend may hold exports of others.
          return exports.map(({ volumeId }) => volumeId).filter((id) => [plain.id, exported.id].includes(id));
        };
        assert.deepEqual(await listed(), [exported.id]);
        await scenario.driver.removeExport(exported, scenario.call());
        assert.deepEqual(await listed(), []);
      },
    },
    {
      title: 'listExports returns the same exports, ordered by id, with every page size',
      run: async (scenario) => {
        const own: string[] = [];
        for (let count = 0; count < 3; count += 1) own.push((await scenario.exportedVolume()).id);
        const idsInPagesOf = async (limit: number) =>
          (await listedExports(scenario.driver, scenario.call(), limit))
            .map(({ volumeId }) => volumeId)
            .filter((id) => own.includes(id));
        for (const limit of [1, 2, 100]) assert.deepEqual(await idsInPagesOf(limit), [...own].sort());
      },
    },
    {
      title: 'listExports and inspect agree on the admitted hosts',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.connect(volume, scenario.connection());
        const exports = await listedExports(scenario.driver, scenario.call());
        const listed = exports.find(({ volumeId }) => volumeId === volume.id);
        assert.deepEqual(listed?.admitted, (await scenario.inspect(volume)).admitted);
      },
    },
  ],
};
