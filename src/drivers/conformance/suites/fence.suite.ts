import assert from 'node:assert/strict';
import { admitsExactly, refuses } from '../assertions.js';
import { withoutMultiattach, type ConformanceSuite } from '../conformance-test.js';
import type { CompleteOptions } from '../options.js';
import type { Scenario } from '../scenario.js';
import type { Connection, VolumeRef } from '../../contract/index.js';

export const fence: ConformanceSuite = {
  title: 'fencing',
  tests: () => [
    {
      title: 'fenceConnection ends the access of the host',
      rule: 'fenceConnection',
      cause: 'fenceConnection ends sessions but leaves the rule that admits the host',
      skipped: withoutFence,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await scenario.connect(volume, connection);
        await cutOff(scenario, volume, connection);
        await admitsExactly(scenario, volume, []);
      },
    },
    {
      title: 'fenceConnection can be repeated, and succeeds for a host that is not connected',
      rule: 'fenceConnection',
      cause: 'the absence of the host is taken for a failure',
      skipped: withoutFence,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await cutOff(scenario, volume, connection);
        await scenario.connect(volume, connection);
        await scenario.repeatedly(() => cutOff(scenario, volume, connection));
        await admitsExactly(scenario, volume, []);
      },
    },
    {
      title: 'fenceConnection refuses while another attachment of the same host remains',
      rule: 'fence-refused',
      cause: 'fenceConnection ignores the connections in `remaining`',
      skipped: (options) => withoutFence(options) ?? withoutMultiattach(options),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(1)];
        await scenario.connect(volume, first);
        await scenario.connect(volume, second, [first]);
        await refuses('FAILED_PRECONDITION', cutOff(scenario, volume, first, [second]));
        await admitsExactly(scenario, volume, [second]);
      },
    },
    {
      title: 'fenceConnection does not affect other hosts',
      rule: 'fenceConnection',
      cause: 'fenceConnection removes the whole export',
      skipped: (options) => withoutFence(options) ?? withoutMultiattach(options),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(2)];
        await scenario.connect(volume, first);
        await scenario.connect(volume, second, [first]);
        await cutOff(scenario, volume, first, [second]);
        await admitsExactly(scenario, volume, [second]);
      },
    },
  ],
};

function withoutFence({ capabilities }: CompleteOptions): string | null {
  return capabilities.fence === true ? null : 'the driver cannot fence';
}

async function cutOff(
  scenario: Scenario,
  volume: VolumeRef,
  connection: Connection,
  remaining: readonly Connection[] = [],
): Promise<void> {
  assert.ok(scenario.driver.fenceConnection !== undefined, 'the driver lacks fenceConnection');
  await scenario.driver.fenceConnection(volume, connection, remaining, scenario.call());
}
