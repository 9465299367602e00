import assert from 'node:assert/strict';
import { isDriverError, type Connection, type VolumeRef } from '../../contract/index.js';
import { admitsExactly, failureOf } from '../assertions.js';
import { withoutHook, type ConformanceSuite, type ConformanceTest } from '../conformance-test.js';
import type { CompleteOptions, Trouble } from '../options.js';
import type { Scenario } from '../scenario.js';

const TROUBLES: readonly Trouble[] = ['fails', 'hangs', 'dies after success'];

/** Prevents an endless test of a driver that never finishes its work. */
const MOST_STEPS = 1000;

/** The volume and connection of the interrupted call. */
interface Subject {
  readonly volume: VolumeRef;
  readonly connection: Connection;
}

interface InterruptedCall {
  readonly name: string;
  readonly prepare: (scenario: Scenario) => Promise<Subject>;
  readonly make: (scenario: Scenario, subject: Subject) => Promise<unknown>;
  /** State afterwards: the volume exists, is exported, and admits its host. */
  readonly after: { readonly exists: boolean; readonly exported: boolean; readonly admits: boolean };
}

const missing = (scenario: Scenario) =>
  Promise.resolve({ volume: scenario.unknownVolume(), connection: scenario.connection() });
const made = async (scenario: Scenario) => ({
  volume: await scenario.volume(),
  connection: scenario.connection(),
});
const exported = async (scenario: Scenario) => ({
  volume: await scenario.exportedVolume(),
  connection: scenario.connection(),
});
const connected = async (scenario: Scenario) => {
  const subject = await exported(scenario);
  await scenario.connect(subject.volume, subject.connection);
  return subject;
};

const present = { exists: true, exported: false, admits: false };
const reachable = { exists: true, exported: true, admits: false };
const inUse = { exists: true, exported: true, admits: true };

const CALLS: readonly InterruptedCall[] = [
  {
    name: 'createVolume',
    prepare: missing,
    make: (scenario, { volume }) => scenario.driver.createVolume(volume, scenario.call()),
    after: present,
  },
  {
    name: 'createExport',
    prepare: made,
    make: (scenario, { volume, connection }) =>
      scenario.driver.createExport(volume, connection, scenario.call()),
    after: reachable,
  },
  {
    name: 'initializeConnection',
    prepare: exported,
    make: (scenario, { volume, connection }) => scenario.connect(volume, connection),
    after: inUse,
  },
  {
    name: 'ensureExport',
    prepare: connected,
    make: (scenario, { volume, connection }) =>
      scenario.driver.ensureExport(volume, [connection], scenario.call()),
    after: inUse,
  },
  {
    name: 'terminateConnection',
    prepare: connected,
    make: (scenario, { volume, connection }) => scenario.disconnect(volume, connection),
    after: reachable,
  },
  {
    name: 'removeExport',
    prepare: connected,
    make: (scenario, { volume }) => scenario.driver.removeExport(volume, scenario.call()),
    after: present,
  },
  {
    name: 'deleteVolume',
    prepare: exported,
    make: (scenario, { volume }) => scenario.driver.deleteVolume(volume, scenario.call()),
    after: { exists: false, exported: false, admits: false },
  },
];

const FENCE: InterruptedCall = {
  name: 'fenceConnection',
  prepare: connected,
  make: async (scenario, { volume, connection }) =>
    scenario.driver.fenceConnection?.(volume, connection, [], scenario.call()),
  after: reachable,
};

function extension({ capabilities }: CompleteOptions): InterruptedCall {
  const isOnline = capabilities.extend === 'attached';
  return {
    name: 'extendVolume',
    prepare: isOnline ? connected : made,
    make: async (scenario, { volume }) =>
      scenario.driver.extendVolume?.(volume, volume.sizeGib + 1, scenario.call()),
    after: isOnline ? inUse : present,
  };
}

export const interruption: ConformanceSuite = {
  title: 'interruption',
  tests: (options) => {
    const { fence, extend } = options.capabilities;
    const calls = [
      ...CALLS,
      ...(fence === true ? [FENCE] : []),
      ...(extend === 'none' ? [] : [extension(options)]),
    ];
    return TROUBLES.flatMap((trouble) => [
      setupInterrupted(trouble),
      ...calls.map((call) => interrupted(call, trouble)),
    ]);
  },
};

function interrupted(call: InterruptedCall, trouble: Trouble): ConformanceTest {
  return {
    title: `when a step of ${call.name} ${trouble}, the call fails or completes, and repeating it completes it`,
    rule: 'idempotency',
    cause:
      'a step takes it for granted that the steps before it were completed, or a failed step has no DriverError',
    skipped: withoutHook('interrupt'),
    run: async (scenario) => {
      for (let step = 0; step < MOST_STEPS; step += 1) {
        if (!(await cameThatFar(scenario, call, step, trouble))) return;
      }
      assert.fail(`${call.name} takes more than ${MOST_STEPS} steps`);
    },
  };
}

function setupInterrupted(trouble: Trouble): ConformanceTest {
  return {
    title: `when a step of setup ${trouble}, setup fails or completes, and another instance is set up`,
    rule: 'setup',
    cause: 'setup stumbles over what an interrupted one left, or a failed step has no DriverError',
    skipped: (options) => withoutHook('interrupt')(options) ?? withoutHook('restart')(options),
    run: async (scenario) => {
      for (let step = 0; step < MOST_STEPS; step += 1) {
        const first = await scenario.restarted();
        const endTrouble = scenario.interrupt(step, trouble);
        const failure = await failureOf(scenario.setUp(first));
        const hadTrouble = endTrouble();
        const told = `step ${step} of setup ${trouble}`;
        assert.ok(
          failure === null || isDriverError(failure),
          `${told}: ${String(failure)} is not a DriverError`,
        );
        if (failure === null) await scenario.tearDown(first);
        await scenario.withAnother(() => Promise.resolve());
        if (!hadTrouble) return;
      }
      assert.fail(`setup takes more than ${MOST_STEPS} steps`);
    },
  };
}

async function cameThatFar(
  scenario: Scenario,
  call: InterruptedCall,
  step: number,
  trouble: Trouble,
): Promise<boolean> {
  const subject = await call.prepare(scenario);
  const endTrouble = scenario.interrupt(step, trouble);
  const failure = await failureOf(call.make(scenario, subject));
  const hadTrouble = endTrouble();
  const told = `step ${step} of ${call.name} ${trouble}`;
  assert.ok(failure === null || isDriverError(failure), `${told}: ${String(failure)} is not a DriverError`);
  assert.ok(
    hadTrouble || failure === null,
    `${told} did not happen, but the call failed: ${String(failure)}`,
  );
  if (failure !== null) await call.make(scenario, subject);
  await isAsTold(scenario, call, subject, told);
  // Leftovers of a call that is not repeated must be removed together with the volume.
  if (hadTrouble) await leavesNothing(scenario, call, step, trouble);
  return hadTrouble;
}

async function isAsTold(
  scenario: Scenario,
  { after }: InterruptedCall,
  { volume, connection }: Subject,
  told: string,
): Promise<void> {
  const { exists, exported: isExported } = await scenario.inspect(volume);
  assert.deepEqual(
    { exists, exported: isExported },
    { exists: after.exists, exported: after.exported },
    told,
  );
  await admitsExactly(scenario, volume, after.admits ? [connection] : []);
}

async function leavesNothing(
  scenario: Scenario,
  call: InterruptedCall,
  step: number,
  trouble: Trouble,
): Promise<void> {
  const subject = await call.prepare(scenario);
  const endTrouble = scenario.interrupt(step, trouble);
  await failureOf(call.make(scenario, subject));
  endTrouble();
  await scenario.driver.deleteVolume(subject.volume, scenario.call());
  const { exists, exported: isExported } = await scenario.inspect(subject.volume);
  assert.deepEqual({ exists, exported: isExported }, { exists: false, exported: false });
}
