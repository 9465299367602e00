import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';
import { secretsIn } from '../plain-data.js';
import type { Scenario } from '../scenario.js';
import type { VolumeRef } from '../../contract/index.js';

export const restore: ConformanceSuite = {
  title: 'after a restart',
  tests: () => [
    {
      title: 'ensureExport restores a lost export with its hosts and credentials',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const told = await scenario.connect(volume, connection);
        await lose(scenario, volume);
        const details = await scenario.driver.ensureExport(volume, [connection], scenario.call());
        assert.equal((await scenario.inspect(volume)).exported, true);
        await admitsExactly(scenario, volume, [connection]);
        const again = await scenario.connect({ ...volume, exportDetails: details }, connection);
        assert.deepEqual(secretsIn(again.data), secretsIn(told.data), 'the host would be locked out');
      },
    },
    {
      title: 'another instance of the driver finds what the first one created',
      skipped: ({ hooks }) => (hooks.restart === undefined ? 'there is no hook "restart"' : null),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const told = await scenario.connect(volume, connection);
        const before = await scenario.inspect(volume);
        const next = await scenario.options.hooks.restart?.(scenario.subject);
        assert.ok(next !== undefined);
        await next.setup?.();
        try {
          assert.deepEqual(await next.inspect(volume, scenario.call()), before);
          assert.deepEqual(await next.initializeConnection(volume, connection, [], scenario.call()), told);
        } finally {
          await next.teardown?.();
        }
      },
    },
  ],
};

/** Destroys the export with the hook, else with the driver: ensureExport sees no difference. */
async function lose(scenario: Scenario, volume: VolumeRef): Promise<void> {
  const { hooks } = scenario.options;
  if (hooks.loseExport === undefined) await scenario.driver.removeExport(volume, scenario.call());
  else await hooks.loseExport(scenario.subject, volume.id);
}
