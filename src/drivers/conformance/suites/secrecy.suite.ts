import assert from 'node:assert/strict';
import { failureOf } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';
import { frozen, secretsIn } from '../plain-data.js';

export const secrecy: ConformanceSuite = {
  title: 'secrets',
  tests: () => [
    {
      title: 'error messages contain no credentials',
      run: async (scenario) => {
        const { driver } = scenario;
        const connection = scenario.connection();
        const volume = await scenario.exportedVolume();
        const info = await scenario.connect(volume, connection);
        const secrets = [...secretsIn(volume.exportDetails), ...secretsIn(info.data)];
        await scenario.disconnect(volume, connection);
        await driver.removeExport(volume, scenario.call());
        const failures = [
          await failureOf(scenario.connect(volume, connection)),
          await failureOf(driver.initializeConnection(volume, connection, [], scenario.abortedCall())),
          await failureOf(driver.ensureExport(volume, [connection], scenario.abortedCall())),
        ];
        await driver.deleteVolume(volume, scenario.call());
        failures.push(
          await failureOf(driver.createExport(volume, connection, scenario.call())),
          await failureOf(driver.ensureExport(volume, [connection], scenario.call())),
        );
        for (const failure of failures) {
          const told = failure instanceof Error ? failure.message : String(failure);
          for (const secret of secrets)
            assert.ok(!told.includes(secret), 'an error message contains a credential');
        }
      },
    },
    {
      title: 'a new export has new credentials',
      run: async (scenario) => {
        const volume = await scenario.volume();
        const first = await scenario.export(volume);
        const connection = scenario.connection();
        const before = secretsIn((await scenario.connect(first, connection)).data);
        await scenario.driver.removeExport(first, scenario.call());
        const second = await scenario.export(frozen({ ...volume, exportDetails: null }));
        const after = secretsIn((await scenario.connect(second, connection)).data);
        for (const secret of after) assert.ok(!before.includes(secret), 'credentials outlive their export');
      },
    },
  ],
};
