import assert from 'node:assert/strict';
import type { Connection, VolumeRef } from '../../contract/index.js';
import type { ConformanceSuite } from '../conformance-test.js';
import { copyOf, frozen, scribbleOver } from '../plain-data.js';

export const data: ConformanceSuite = {
  title: 'plain data',
  tests: () => [
    {
      title: 'results can be stored as JSON',
      rule: 'state',
      cause: 'a result contains undefined, NaN, a Date, a Map or an instance of a class',
      run: async (scenario) => {
        const connection = scenario.connection();
        const volume = await scenario.volume();
        const details = await scenario.driver.createExport(volume, connection, scenario.call());
        const exported = frozen({ ...volume, exportDetails: details });
        const results = {
          createExport: details,
          initializeConnection: await scenario.connect(exported, connection),
          ensureExport: await scenario.driver.ensureExport(exported, [connection], scenario.call()),
          inspect: await scenario.inspect(exported),
          listExports: await scenario.driver.listExports({ after: null, limit: 100 }, scenario.call()),
          getStats: await scenario.driver.getStats(scenario.call()),
        };
        for (const [call, result] of Object.entries(results)) {
          assert.deepEqual(copyOf(result), result, `${call} returns data that JSON cannot represent`);
        }
      },
    },
    {
      title: 'modifying a result does not affect the next one',
      rule: 'state',
      cause: 'a result is an object that the driver keeps',
      run: async (scenario) => {
        const connection = scenario.connection();
        const volume = await scenario.volume();
        const calls = [
          () => scenario.driver.createExport(volume, connection, scenario.call()),
          () => scenario.connect(volume, connection),
          () => scenario.inspect(volume),
        ];
        for (const call of calls) {
          const first = await call();
          const copy = copyOf(first);
          scribbleOver(first);
          assert.deepEqual(await call(), copy);
        }
      },
    },
    {
      title: 'arguments are not modified',
      rule: 'arguments',
      cause: 'the driver writes into an object that it got',
      run: async (scenario) => {
        // Deliberately not frozen: a write that throws would be hidden by a driver that catches it.
        const volume: VolumeRef = copyOf(await scenario.exportedVolume());
        const connection: Connection = copyOf(scenario.connection());
        const others: readonly Connection[] = [copyOf(scenario.connection(2))];
        const before = copyOf({ volume, connection, others });
        const { driver } = scenario;
        driver.validateConnector(connection.connector);
        await driver.createExport(volume, connection, scenario.call());
        await driver.initializeConnection(volume, connection, [], scenario.call());
        await driver.ensureExport(volume, [connection], scenario.call());
        await driver.inspect(volume, scenario.call());
        await driver.terminateConnection(volume, connection, others, scenario.call());
        await driver.removeExport(volume, scenario.call());
        assert.deepEqual({ volume, connection, others }, before);
      },
    },
  ],
};
