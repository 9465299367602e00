import assert from 'node:assert/strict';
import { admitsExactly } from '../assertions.js';
import { withoutMultiattach, type ConformanceSuite } from '../conformance-test.js';

export const sharing: ConformanceSuite = {
  title: 'sharing',
  tests: () => [
    {
      title: 'several hosts are connected at the same time',
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
