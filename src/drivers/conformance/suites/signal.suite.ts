import assert from 'node:assert/strict';
import type { CallContext, Connection, VolumeRef, VolumeState } from '../../contract/index.js';
import { failureOf } from '../assertions.js';
import type { ConformanceSuite, ConformanceTest } from '../conformance-test.js';
import type { DriverUnderTest } from '../options.js';
import { frozen } from '../plain-data.js';
import type { Scenario } from '../scenario.js';

type Call = (
  driver: DriverUnderTest,
  volume: VolumeRef,
  connection: Connection,
  call: CallContext,
) => Promise<unknown>;

const createVolume: Call = (driver, volume, _connection, call) => driver.createVolume(volume, call);
const createExport: Call = (driver, volume, connection, call) =>
  driver.createExport(volume, connection, call);
const initializeConnection: Call = (driver, volume, connection, call) =>
  driver.initializeConnection(volume, connection, [], call);
const terminateConnection: Call = (driver, volume, connection, call) =>
  driver.terminateConnection(volume, connection, [], call);
const removeExport: Call = (driver, volume, _connection, call) => driver.removeExport(volume, call);
const deleteVolume: Call = (driver, volume, _connection, call) => driver.deleteVolume(volume, call);

/** Every call that takes a signal, in the order of a volume's life. */
const CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['createVolume', createVolume],
  ['createExport', createExport],
  ['initializeConnection', initializeConnection],
  ['ensureExport', (driver, volume, connection, call) => driver.ensureExport(volume, [connection], call)],
  ['inspect', (driver, volume, _connection, call) => driver.inspect(volume, call)],
  [
    'listExports',
    (driver, _volume, _connection, call) => driver.listExports({ after: null, limit: 100 }, call),
  ],
  ['getStats', (driver, _volume, _connection, call) => driver.getStats(call)],
  ['terminateConnection', terminateConnection],
  ['removeExport', removeExport],
  ['deleteVolume', deleteVolume],
];

/** A call that is aborted, the one that undoes it or does it again, and what must hold from then on. */
interface Aborted {
  readonly before: readonly Call[];
  readonly call: Call;
  readonly then: readonly Call[];
  readonly holds: (state: VolumeState) => boolean;
  readonly late: string;
}

const ABORTED: readonly Aborted[] = [
  {
    before: [],
    call: createVolume,
    then: [deleteVolume],
    holds: ({ exists }) => !exists,
    late: 'an aborted createVolume created the volume after a later deleteVolume',
  },
  {
    before: [createVolume],
    call: createExport,
    then: [removeExport],
    holds: ({ exported }) => !exported,
    late: 'an aborted createExport exported the volume after a later removeExport',
  },
  {
    before: [createVolume, createExport],
    call: initializeConnection,
    then: [terminateConnection],
    holds: ({ admitted }) => admitted === null || admitted.length === 0,
    late: 'an aborted initializeConnection admitted the host after a later terminateConnection',
  },
  {
    before: [createVolume, createExport, initializeConnection],
    call: terminateConnection,
    then: [initializeConnection],
    holds: ({ admitted }) => admitted === null || admitted.length > 0,
    late: 'an aborted terminateConnection ended the access that a later initializeConnection gave',
  },
  {
    before: [createVolume, createExport],
    call: removeExport,
    then: [createExport],
    holds: ({ exported }) => exported,
    late: 'an aborted removeExport removed the export that a later createExport made',
  },
  {
    before: [createVolume],
    call: deleteVolume,
    then: [createVolume],
    holds: ({ exists }) => exists,
    late: 'an aborted deleteVolume removed the volume that a later createVolume made',
  },
];

export const signals: ConformanceSuite = {
  title: 'aborted calls',
  tests: () => [
    ...CALLS.map(endsWhenAborted),
    {
      title: 'a call that was aborted and has rejected has no effect later',
      rule: 'signal',
      cause: 'the call rejects at once, but what it started goes on: end the command or the request first',
      run: async (scenario) => {
        const checks: (() => Promise<void>)[] = [];
        for (const aborted of ABORTED) checks.push(await aborting(scenario, aborted));
        // A late effect shows at no event that the kit could wait for.
        await new Promise((resolve) => setTimeout(resolve, scenario.options.settleMs));
        for (const check of checks) await check();
      },
    },
  ],
};

function endsWhenAborted([name, call]: readonly [string, Call], index: number): ConformanceTest {
  return {
    title: `${name} ends when it is aborted, before or during the call, and succeeds when repeated`,
    rule: 'signal',
    cause: 'the method waits for a command or a request without passing on `call.signal`',
    run: async (scenario) => {
      for (const start of [() => scenario.abortedCall(), () => scenario.callAbortedSoon()]) {
        const connection = scenario.connection();
        const earlier = CALLS.slice(0, index).map(([, before]) => before);
        const volume = await madeBy(earlier, scenario, scenario.unknownVolume(), connection);
        await failureOf(call(scenario.driver, volume, connection, start()));
        await call(scenario.driver, volume, connection, scenario.call());
      }
    },
  };
}

/** Aborts a call and makes the next ones. @returns what checks the state, if the call did not succeed all the same. */
async function aborting(scenario: Scenario, aborted: Aborted): Promise<() => Promise<void>> {
  const connection = scenario.connection();
  const volume = await madeBy(aborted.before, scenario, scenario.unknownVolume(), connection);
  const failure = await failureOf(
    aborted.call(scenario.driver, volume, connection, scenario.callAbortedSoon()),
  );
  if (failure === null) return () => Promise.resolve();
  const after = await madeBy(aborted.then, scenario, volume, connection);
  return async () => assert.ok(aborted.holds(await scenario.inspect(after)), aborted.late);
}

/** Makes the calls in order. @returns the volume as the core passes it from then on. */
async function madeBy(
  calls: readonly Call[],
  scenario: Scenario,
  first: VolumeRef,
  connection: Connection,
): Promise<VolumeRef> {
  let volume = first;
  for (const call of calls) {
    const result = await call(scenario.driver, volume, connection, scenario.call());
    if (call === createExport) {
      volume = frozen({ ...volume, exportDetails: result as VolumeRef['exportDetails'] });
    }
  }
  return volume;
}
