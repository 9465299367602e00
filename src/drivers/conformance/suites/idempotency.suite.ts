import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';

export const idempotency: ConformanceSuite = {
  title: 'idempotency',
  tests: () => [
    {
      title: 'createVolume can be repeated',
      rule: 'idempotency',
      cause: 'the tool refuses to create what exists, and the driver does not look first',
      run: async (scenario) => {
        const volume = scenario.unknownVolume();
        await scenario.repeatedly(() => scenario.driver.createVolume(volume, scenario.call()));
        assert.equal((await scenario.inspect(volume)).exists, true);
      },
    },
    {
      title: 'createVolume of an existing volume keeps its export',
      rule: 'idempotency',
      cause: 'createVolume begins by removing what it finds',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.driver.createVolume(volume, scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, true);
      },
    },
    {
      title: 'deleteVolume can be repeated',
      rule: 'idempotency',
      cause: 'the tool refuses to remove what is absent, and the driver passes the failure on',
      run: async (scenario) => {
        const volume = await scenario.volume();
        await scenario.repeatedly(() => scenario.driver.deleteVolume(volume, scenario.call()));
        assert.equal((await scenario.inspect(volume)).exists, false);
      },
    },
    {
      title: 'deleteVolume also removes an existing export',
      rule: 'deleteVolume',
      cause: 'deleteVolume relies on an earlier removeExport',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.driver.deleteVolume(volume, scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, false);
      },
    },
    {
      title: 'repeating createExport returns the same export, including credentials',
      rule: 'createExport',
      cause: 'createExport makes new credentials without looking for those of the existing export',
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
      rule: 'ensureExport',
      cause: 'ensureExport makes the export anew instead of comparing it first',
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
      rule: 'initializeConnection',
      cause: 'a LUN, a target number or a password is chosen anew in each call',
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
      rule: 'idempotency',
      cause: 'the tool refuses to remove an absent rule, and the driver passes the failure on',
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
      rule: 'idempotency',
      cause: 'the tool refuses to remove an absent export, and the driver passes the failure on',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.repeatedly(() => scenario.driver.removeExport(volume, scenario.call()));
        assert.equal((await scenario.inspect(volume)).exported, false);
      },
    },
    {
      title: 'removing something that never existed succeeds',
      rule: 'idempotency',
      cause: 'the driver looks for the volume first and fails because there is none',
      run: async (scenario) => {
        const volume = scenario.unknownVolume();
        await scenario.disconnect(volume, scenario.connection());
        await scenario.driver.removeExport(volume, scenario.call());
        await scenario.driver.deleteVolume(volume, scenario.call());
      },
    },
    {
      title: 'connecting and disconnecting repeatedly leaves nothing behind',
      rule: 'terminateConnection',
      cause: 'terminateConnection removes less than initializeConnection adds',
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
