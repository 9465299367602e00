import assert from 'node:assert/strict';
import type { CallContext, Connection, VolumeRef } from '../../contract/index.js';
import { failureOf } from '../assertions.js';
import type { ConformanceSuite } from '../conformance-test.js';
import type { DriverUnderTest } from '../options.js';
import { frozen } from '../plain-data.js';

type Call = (
  driver: DriverUnderTest,
  volume: VolumeRef,
  connection: Connection,
  call: CallContext,
) => Promise<unknown>;

/** Every call that takes a signal, in the order of a volume's life. */
const CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['createVolume', (driver, volume, _connection, call) => driver.createVolume(volume, call)],
  ['createExport', (driver, volume, connection, call) => driver.createExport(volume, connection, call)],
  [
    'initializeConnection',
    (driver, volume, connection, call) => driver.initializeConnection(volume, connection, [], call),
  ],
  ['ensureExport', (driver, volume, connection, call) => driver.ensureExport(volume, [connection], call)],
  ['inspect', (driver, volume, _connection, call) => driver.inspect(volume, call)],
  [
    'listExports',
    (driver, _volume, _connection, call) => driver.listExports({ after: null, limit: 100 }, call),
  ],
  ['getStats', (driver, _volume, _connection, call) => driver.getStats(call)],
  [
    'terminateConnection',
    (driver, volume, connection, call) => driver.terminateConnection(volume, connection, [], call),
  ],
  ['removeExport', (driver, volume, _connection, call) => driver.removeExport(volume, call)],
  ['deleteVolume', (driver, volume, _connection, call) => driver.deleteVolume(volume, call)],
];

export const signals: ConformanceSuite = {
  title: 'aborted calls',
  tests: ({ promptMs }) => [
    {
      title: `every call with an aborted signal ends within ${promptMs} ms, and succeeds when repeated`,
      run: async (scenario) => {
        const connection = scenario.connection();
        let volume = scenario.unknownVolume();
        for (const [name, call] of CALLS) {
          const aborted = failureOf(call(scenario.driver, volume, connection, scenario.abortedCall()));
          await endsWithin(promptMs, name, aborted);
          const result = await call(scenario.driver, volume, connection, scenario.call());
          if (name === 'createExport') {
            volume = frozen({ ...volume, exportDetails: result as VolumeRef['exportDetails'] });
          }
        }
        assert.equal((await scenario.inspect(volume)).exists, false);
      },
    },
  ],
};

async function endsWithin(ms: number, name: string, ending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${name} does not stop when aborted` })),
      ms,
    );
  });
  try {
    await Promise.race([ending, late]);
  } finally {
    clearTimeout(timer);
  }
}
