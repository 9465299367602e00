import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import { withoutMultiattach, type ConformanceSuite } from '../conformance-test.js';

export const sharing: ConformanceSuite = {
  title: 'sharing',
  tests: () => [
    {
      title: 'several hosts are connected at the same time',
      rule: 'other-connections',
      cause: 'admitting a host replaces the list of admitted hosts',
      skipped: withoutMultiattach,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(2)];
        await scenario.connect(volume, first);
        await scenario.connect(volume, second, [first]);
        await admitsExactly(scenario, volume, [first, second]);
      },
    },
    {
      title: 'disconnecting a host ends only its own access',
      rule: 'terminateConnection',
      cause: 'terminateConnection removes every rule, or the whole export',
      skipped: withoutMultiattach,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(2)];
        await scenario.connect(volume, first);
        await scenario.connect(volume, second, [first]);
        await scenario.disconnect(volume, first, [second]);
        await admitsExactly(scenario, volume, [second]);
      },
    },
    {
      title: 'a host keeps its access until its last attachment ends',
      rule: 'terminateConnection',
      cause: 'terminateConnection ignores the connections in `remaining`',
      skipped: withoutMultiattach,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(1)];
        await scenario.connect(volume, first);
        await scenario.connect(volume, second, [first]);
        await scenario.disconnect(volume, first, [second]);
        await admitsExactly(scenario, volume, [second]);
        await scenario.disconnect(volume, second);
        await admitsExactly(scenario, volume, []);
      },
    },
    {
      title: 'connecting a second host does not change the connection information of the first',
      rule: 'other-connections',
      cause: 'the information depends on the number of hosts, or the LUNs are numbered anew',
      skipped: withoutMultiattach,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(2)];
        const told = await scenario.connect(volume, first);
        await scenario.connect(volume, second, [first]);
        assert.deepEqual(await scenario.connect(volume, first, [second]), told);
      },
    },
  ],
};
