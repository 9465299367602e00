import { CallLimits } from './call-limits.js';
import type { ConformanceTest } from './conformance-test.js';
import { ofDefinition, type DefinitionOptions } from './defined-driver.js';
import { withDefaults, type CompleteOptions, type ConformanceOptions } from './options.js';
import { runTest, type Outcome } from './run-test.js';
import { absence } from './suites/absence.suite.js';
import { connectors } from './suites/connector.suite.js';
import { data } from './suites/data.suite.js';
import { definition } from './suites/definition.suite.js';
import { disks } from './suites/disk.suite.js';
import { extend } from './suites/extend.suite.js';
import { fence } from './suites/fence.suite.js';
import { idempotency } from './suites/idempotency.suite.js';
import { identity } from './suites/identity.suite.js';
import { interruption } from './suites/interruption.suite.js';
import { lifecycle } from './suites/lifecycle.suite.js';
import { names } from './suites/names.suite.js';
import { restore } from './suites/restore.suite.js';
import { secrecy } from './suites/secrecy.suite.js';
import { sharing } from './suites/sharing.suite.js';
import { signals } from './suites/signal.suite.js';
import { truth } from './suites/truth.suite.js';

const SUITES = [
  definition,
  lifecycle,
  idempotency,
  sharing,
  fence,
  connectors,
  names,
  truth,
  absence,
  restore,
  extend,
  disks,
  signals,
  data,
  secrecy,
  identity,
  interruption,
];

/** A test for one driver, without a test runner. */
export interface DeclaredTest extends Pick<ConformanceTest, 'title' | 'rule' | 'cause'> {
  readonly suite: string;
  /** The reason why it does not apply to the driver; null if it does. */
  readonly skipped: string | null;
  /** Runs it with a driver of its own. Never rejects. */
  run(): Promise<Outcome>;
}

/** Returns the tests for a driver with these options, in their order. */
export function declaredTests(given: ConformanceOptions | DefinitionOptions): readonly DeclaredTest[] {
  const options = completeOptions(given);
  const limits = new CallLimits(options.limitMs, options.promptMs);
  return SUITES.flatMap((suite) =>
    suite.tests(options).map((test) => ({
      suite: suite.title,
      title: test.title,
      rule: test.rule,
      cause: test.cause,
      skipped: test.skipped?.(options) ?? null,
      run: () => runTest(test, options, limits),
    })),
  );
}

function completeOptions(given: ConformanceOptions | DefinitionOptions): CompleteOptions {
  return withDefaults('definition' in given ? ofDefinition(given) : given);
}
