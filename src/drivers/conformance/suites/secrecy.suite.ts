import assert from 'node:assert/strict';
import { failureOf } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';
import { frozen } from '../plain-data.js';
import { secretsIn, withMarkedSecrets } from '../secrets.js';
import type { Connection, VolumeRef } from '../../contract/index.js';
import type { Scenario } from '../scenario.js';

/** In every test the kit looks for credentials in errors, log lines and results; these tests provoke errors. */
export const secrecy: ConformanceSuite = {
  title: 'secrets',
  tests: () => [
    {
      title: 'error messages contain no credentials',
      rule: 'secrets',
      cause: 'a command line, a URL, a request or a stored object is put into the message of an error',
      run: async (scenario) => {
        const connection = scenario.connection();
        const volume = await scenario.exportedVolume();
        await scenario.connect(volume, connection);
        await scenario.disconnect(volume, connection);
        await provokeErrors(scenario, volume, connection);
      },
    },
    {
      title: 'a restored export has the credentials of exportDetails, and nothing else shows them',
      rule: 'ensureExport',
      cause: 'ensureExport makes credentials, or takes them from its own records',
      run: async (scenario) => {
        const connection = scenario.connection();
        const exported = await scenario.exportedVolume();
        const before = secretsIn((await scenario.connect(exported, connection)).data);
        await scenario.driver.removeExport(exported, scenario.call());
        const exportDetails = exported.exportDetails && withMarkedSecrets(exported.exportDetails);
        const volume = frozen({ ...exported, exportDetails });
        await scenario.driver.ensureExport(volume, [connection], scenario.call());
        const after = secretsIn((await scenario.connect(volume, connection)).data);
        const given = secretsIn(exportDetails);
        const isGiven = secretsIn(exported.exportDetails).some((secret) => before.includes(secret));
        assert.ok(
          !isGiven || after.every((secret) => given.includes(secret)),
          'the restored export has other credentials than exportDetails',
        );
        await provokeErrors(scenario, volume, connection);
      },
    },
    {
      title: 'a new export has new credentials',
      rule: 'new-credentials',
      cause: 'the credentials are derived from the volume, or kept after removeExport',
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

/** Makes calls that fail with most drivers: aborted ones, without an export, and without a volume. */
async function provokeErrors(scenario: Scenario, volume: VolumeRef, connection: Connection): Promise<void> {
  const { driver } = scenario;
  await driver.removeExport(volume, scenario.call());
  await failureOf(scenario.connect(volume, connection));
  await failureOf(driver.initializeConnection(volume, connection, [], scenario.abortedCall()));
  await failureOf(driver.ensureExport(volume, [connection], scenario.abortedCall()));
  await driver.deleteVolume(volume, scenario.call());
  await failureOf(driver.createExport(volume, connection, scenario.call()));
  await failureOf(driver.ensureExport(volume, [connection], scenario.call()));
  await failureOf(driver.initializeConnection(volume, connection, [], scenario.call()));
}
