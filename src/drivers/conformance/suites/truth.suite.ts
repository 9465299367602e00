import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import { withoutAccessControl, type ConformanceSuite } from '../conformance-test.js';
import { exportsAfter, listedExports } from '../listed-exports.js';
import type { VolumeRef } from '../../contract/index.js';

/** No volume's id is greater. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export const truth: ConformanceSuite = {
  title: 'inspect and listExports',
  tests: () => [
    {
      title: 'inspect reports whether the volume exists',
      rule: 'inspect',
      cause: 'inspect reads a cache instead of the backend',
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
      rule: 'inspect',
      cause: 'removeExport leaves the export, or inspect reads a cache',
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
      rule: 'inspect',
      cause: 'inspect answers from `volume.exportDetails`',
      run: async (scenario) => {
        const exported = await scenario.exportedVolume();
        assert.equal((await scenario.inspect({ ...exported, exportDetails: null })).exported, true);
        await scenario.driver.removeExport(exported, scenario.call());
        assert.equal((await scenario.inspect(exported)).exported, false);
      },
    },
    {
      title: 'inspect lists the admitted hosts, but not disconnected ones',
      rule: 'inspect',
      cause:
        'terminateConnection does not end the access, or inspect lists hosts by what the driver remembers',
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
      rule: 'inspect',
      cause: 'inspect repairs what it finds, or counts its calls',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.connect(volume, scenario.connection());
        const [first, ...later] = await scenario.repeatedly(() => scenario.inspect(volume));
        for (const state of later) assert.deepEqual(state, first);
      },
    },
    {
      title: 'listExports lists exactly the exported volumes',
      rule: 'listExports',
      cause: 'listExports lists volumes, or leaves out what has no host',
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
      rule: 'listExports',
      cause: 'the page is ignored, or the list is in the order of the tool',
      run: async (scenario) => {
        const own: string[] = [];
        for (let count = 0; count < 3; count += 1) own.push((await scenario.exportedVolume()).id);
        own.sort();
        const all = (await listedExports(scenario.driver, scenario.call())).map(({ volumeId }) => volumeId);
        assert.deepEqual(
          all.filter((id) => own.includes(id)),
          own,
        );
        // A shared backend may hold thousands of exports: single pages, not all of them.
        for (const id of own) {
          const index = all.indexOf(id);
          for (const limit of [1, 2]) {
            const page = await exportsAfter(scenario.driver, all[index - 1] ?? null, limit, scenario.call());
            assert.deepEqual(
              page.map(({ volumeId }) => volumeId),
              all.slice(index, index + limit),
            );
          }
        }
      },
    },
    {
      title: 'a page of listExports begins after any id, exported or not',
      rule: 'listExports',
      cause: '`page.after` is looked for in the list, instead of being compared',
      run: async (scenario) => {
        const volumes: VolumeRef[] = [];
        for (let count = 0; count < 3; count += 1) volumes.push(await scenario.exportedVolume());
        const [first, gone, last] = volumes.sort((one, other) => (one.id < other.id ? -1 : 1));
        assert.ok(first !== undefined && gone !== undefined && last !== undefined);
        await scenario.driver.removeExport(gone, scenario.call());
        const page = await exportsAfter(scenario.driver, gone.id, 100, scenario.call());
        const ids = page.map(({ volumeId }) => volumeId);
        assert.ok(ids.length === 100 || ids.includes(last.id), 'the page lacks an export after the id');
        assert.deepEqual(await exportsAfter(scenario.driver, LAST_ID, 100, scenario.call()), []);
      },
    },
    {
      title: 'listExports and inspect agree on the admitted hosts',
      rule: 'listExports',
      cause: 'the two read the admitted hosts in different ways',
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
