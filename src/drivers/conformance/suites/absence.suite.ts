import assert from 'node:assert/strict';
import { isDriverError } from '../../contract/index.js';
import { failureOf, refuses } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';

export const absence: ConformanceSuite = {
  title: 'missing volumes and exports',
  tests: () => [
    {
      title: 'createExport of an unknown volume is NOT_FOUND',
      rule: 'unknown-volume',
      cause: 'createExport creates the volume, or the failure of the tool becomes INTERNAL',
      run: async (scenario) => {
        const volume = scenario.unknownVolume();
        await refuses(
          'NOT_FOUND',
          scenario.driver.createExport(volume, scenario.connection(), scenario.call()),
        );
      },
    },
    {
      title: 'initializeConnection without an export is NOT_FOUND',
      rule: 'no-export',
      cause: 'initializeConnection creates the export, or does not look for it',
      run: async (scenario) => {
        await refuses('NOT_FOUND', scenario.connect(await scenario.volume(), scenario.connection()));
      },
    },
    {
      title: 'initializeConnection after removeExport is NOT_FOUND',
      rule: 'no-export',
      cause: 'the driver remembers the export that it has removed',
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        await scenario.driver.removeExport(volume, scenario.call());
        await refuses('NOT_FOUND', scenario.connect(volume, scenario.connection()));
      },
    },
    {
      title: 'ensureExport of an unknown volume fails with a DriverError',
      rule: 'driver-errors',
      cause: 'the failure of the tool is passed on without a code',
      run: async (scenario) => {
        const error = await failureOf(
          scenario.driver.ensureExport(scenario.unknownVolume(), [], scenario.call()),
        );
        assert.ok(isDriverError(error), `it fails with ${String(error)}`);
      },
    },
  ],
};
