import { NeverSettles, type CallLimits } from './call-limits.js';
import type { ConformanceTest } from './conformance-test.js';
import { violationOf, type Violation } from './contract-broken.js';
import { foundIn, Observation } from './observation.js';
import type { CompleteOptions } from './options.js';
import type { Rule } from './rules.js';
import { Scenario } from './scenario.js';

/** What a test found, and what it did, one call in each line. */
export interface Outcome {
  /** Empty if the driver conforms. */
  readonly violations: readonly Violation[];
  readonly steps: readonly string[];
  /** The method without which the test could not be run, because it never settles; else null. */
  readonly lacks: string | null;
  /** Hides the credentials that the test knows. */
  readonly mask: (text: string) => string;
}

/** A failure before or after the test itself. */
class StageFailed extends Error {
  constructor(
    readonly error: unknown,
    readonly rule: Rule,
    override readonly cause: string | null,
  ) {
    super(cause ?? undefined);
  }
}

/** Runs one test with a driver of its own. Never rejects: what goes wrong is a violation. */
export async function runTest(
  test: ConformanceTest,
  options: CompleteOptions,
  limits: CallLimits,
): Promise<Outcome> {
  const observation = new Observation(limits);
  observation.secrets.add(...options.secrets);
  const failure = await run(test, options, observation).then(
    () => null,
    (thrown: unknown) =>
      thrown instanceof StageFailed
        ? thrown
        : new StageFailed(thrown, test.rule, isAssertion(thrown) ? test.cause : null),
  );
  const isOwn = failure !== null && !(failure.error instanceof NeverSettles);
  const own = !isOwn ? [] : [{ rule: failure.rule, cause: failure.cause, found: foundIn(failure.error) }];
  const all = observation.findings(own);
  const mask = (text: string) => observation.secrets.mask(text);
  return {
    lacks: all.length === 0 ? (observation.notCalled?.method ?? null) : null,
    violations: all.map(({ found, rule, cause }) => violationOf(mask(found), rule, cause)),
    steps: observation.trace.lines(),
    mask,
  };
}

async function run(test: ConformanceTest, options: CompleteOptions, observation: Observation): Promise<void> {
  const subject = await stage('create', 'create does work that belongs in setup', () =>
    observation.wait('create', () => options.create({ log: observation.log })),
  );
  const scenario = new Scenario(options, subject, observation);
  await inOrder(
    async () => {
      await stage('setup', 'an option is wrong, or the backend lacks what the message names', () =>
        scenario.setUp(),
      );
      await inOrder(
        () =>
          inOrder(
            () => judged(test, scenario, observation),
            () => removeAll(scenario),
          ),
        () => stage('teardown', 'teardown uses what setup did not make', () => scenario.tearDown()),
      );
    },
    async () => {
      observation.expose('what others can read', 'secrets', subject.exposed?.() ?? []);
      await stage('removeExport', 'something is left outside of what inspect and listExports report', () =>
        observation.wait('cleanup', async () => subject.cleanup?.()),
      );
    },
  );
}

/** What a test concludes after a call that was not made means nothing. */
async function judged(test: ConformanceTest, scenario: Scenario, observation: Observation): Promise<void> {
  try {
    await test.run(scenario);
  } catch (error) {
    throw observation.notCalled ?? error;
  }
}

function removeAll(scenario: Scenario): Promise<void> {
  const cause = 'a call leaves something behind that the call which undoes it does not remove';
  return stage(
    'deleteVolume',
    (error) => (isAssertion(error) ? cause : null),
    () => scenario.end(),
  );
}

/** A hint is about what a test asserts, not about a call that rejects unexpectedly. */
function isAssertion(error: unknown): boolean {
  return error instanceof Error && error.name === 'AssertionError';
}

async function stage<T>(
  rule: Rule,
  cause: string | ((error: unknown) => string | null),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StageFailed(error, rule, typeof cause === 'string' ? cause : cause(error));
  }
}

/** Does both, also if the first fails. The first failure counts. */
async function inOrder(first: () => Promise<void>, second: () => Promise<void>): Promise<void> {
  try {
    await first();
  } catch (failure) {
    await second().catch(() => undefined);
    throw failure;
  }
  await second();
}
