import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import {
  withoutAccessControl,
  withoutHook,
  withoutMultiattach,
  type ConformanceSuite,
} from '../conformance-test.js';
import { listedExports } from '../listed-exports.js';
import { secretsIn } from '../secrets.js';

export const restore: ConformanceSuite = {
  title: 'after a restart',
  tests: () => [
    {
      title: 'ensureExport restores a lost export with its hosts and credentials',
      rule: 'ensureExport',
      cause: 'new credentials are made although `exportDetails` has some, or `connections` is ignored',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const told = await scenario.connect(volume, connection);
        await scenario.lose(volume);
        const details = await scenario.driver.ensureExport(volume, [connection], scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, true);
        await admitsExactly(scenario, volume, [connection]);
        const again = await scenario.connect({ ...volume, exportDetails: details }, connection);
        assert.deepEqual(secretsIn(again.data), secretsIn(told.data), 'the host would be locked out');
      },
    },
    {
      title: 'ensureExport does not admit a host again that was disconnected',
      rule: 'ensureExport',
      cause: 'the hosts are restored from a record that terminateConnection does not change',
      skipped: (options) => withoutAccessControl(options) ?? withoutMultiattach(options),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [kept, gone] = [scenario.connection(1), scenario.connection(2)];
        await scenario.connect(volume, kept);
        await scenario.connect(volume, gone, [kept]);
        await scenario.disconnect(volume, gone, [kept]);
        await scenario.lose(volume);
        await scenario.driver.ensureExport(volume, [kept], scenario.call());
        await admitsExactly(scenario, volume, [kept]);
      },
    },
    {
      title: 'another instance of the driver finds what the first one created',
      rule: 'state',
      cause: 'the driver keeps in memory what it must read from the backend or from its state folder',
      skipped: withoutHook('restart'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const told = await scenario.connect(volume, connection);
        const before = await scenario.inspect(volume);
        await scenario.withAnother(async (next) => {
          assert.deepEqual(await next.inspect(volume, scenario.call()), before);
          assert.deepEqual(await next.initializeConnection(volume, connection, [], scenario.call()), told);
        });
      },
    },
    {
      title: 'another instance of the driver removes what the first one created',
      rule: 'state',
      cause: 'the driver removes only what it remembers',
      skipped: withoutHook('restart'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await scenario.connect(volume, connection);
        await scenario.withAnother(async (next) => {
          await next.terminateConnection(volume, connection, [], scenario.call());
          await next.removeExport(volume, scenario.call());
          await next.deleteVolume(volume, scenario.call());
          const { exists, exported } = await next.inspect(volume, scenario.call());
          assert.deepEqual({ exists, exported }, { exists: false, exported: false });
        });
      },
    },
    {
      title: 'exports stay when an instance of the driver is set up and torn down',
      rule: 'teardown',
      cause: 'teardown removes exports, or setup begins by removing what it finds',
      skipped: withoutHook('restart'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const told = await scenario.connect(volume, connection);
        const before = await scenario.inspect(volume);
        await scenario.withAnother(() => Promise.resolve());
        assert.deepEqual(await scenario.inspect(volume), before);
        const listed = await listedExports(scenario.driver, scenario.call());
        assert.ok(
          listed.some(({ volumeId }) => volumeId === volume.id),
          'listExports no longer lists the export',
        );
        assert.deepEqual(await scenario.connect(volume, connection), told);
      },
    },
  ],
};
