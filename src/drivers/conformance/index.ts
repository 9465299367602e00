import type { ConformanceTest } from './conformance-test.js';
import { ofDefinition, type DefinitionOptions } from './defined-driver.js';
import { withDefaults, type CompleteOptions, type ConformanceOptions } from './options.js';
import { Scenario } from './scenario.js';
import { absence } from './suites/absence.suite.js';
import { connectors } from './suites/connector.suite.js';
import { data } from './suites/data.suite.js';
import { extend } from './suites/extend.suite.js';
import { fence } from './suites/fence.suite.js';
import { idempotency } from './suites/idempotency.suite.js';
import { identity } from './suites/identity.suite.js';
import { interruption } from './suites/interruption.suite.js';
import { lifecycle } from './suites/lifecycle.suite.js';
import { restore } from './suites/restore.suite.js';
import { secrecy } from './suites/secrecy.suite.js';
import { sharing } from './suites/sharing.suite.js';
import { signals } from './suites/signal.suite.js';
import { truth } from './suites/truth.suite.js';

export type { DefinitionOptions } from './defined-driver.js';
export type {
  ConformanceHooks,
  ConformanceOptions,
  ConformanceSubject,
  DeclareTest,
  DriverUnderTest,
  Trouble,
} from './options.js';

const SUITES = [
  lifecycle,
  idempotency,
  sharing,
  fence,
  connectors,
  truth,
  absence,
  restore,
  extend,
  signals,
  data,
  secrecy,
  identity,
  interruption,
];

/**
 * Declares the tests that check a driver against the contract, using the functions of any test runner. Each test creates
 * its own driver, removes what it created, and fails if something is left on the backend.
 *
 * @example
 * import { describe, it } from 'node:test';
 * import driver from '../src/index.js';
 *
 * runConformance({ describe, it, definition: driver, options: (folder) => ({ folder }) });
 *
 * @example
 * // With a driver that the test creates itself.
 * runConformance({ describe, it, capabilities, create: async () => ({ driver: await makeDriver() }) });
 */
export function runConformance(given: ConformanceOptions | DefinitionOptions): void {
  const options = withDefaults('definition' in given ? ofDefinition(given) : given);
  options.describe('driver conformance', () => {
    for (const suite of SUITES) {
      options.describe(suite.title, () => {
        for (const test of suite.tests(options)) declare(test, options);
      });
    }
  });
}

function declare(test: ConformanceTest, options: CompleteOptions): void {
  const reason = test.skipped?.(options) ?? null;
  if (reason === null) {
    options.it(test.title, () => run(test, options));
    return;
  }
  const skip = options.it.skip ?? options.it;
  skip(`${test.title} (skipped: ${reason})`, () => Promise.resolve());
}

async function run(test: ConformanceTest, options: CompleteOptions): Promise<void> {
  const subject = await options.create();
  try {
    await subject.driver.setup?.();
    try {
      await runAndCleanUp(test, new Scenario(options, subject));
    } finally {
      await subject.driver.teardown?.();
    }
  } finally {
    await subject.cleanup?.();
  }
}

/** Always cleans up. A failure of the test takes precedence over one of the cleanup. */
async function runAndCleanUp(test: ConformanceTest, scenario: Scenario): Promise<void> {
  try {
    await test.run(scenario);
  } catch (failure) {
    await scenario.end().catch(() => undefined);
    throw failure;
  }
  await scenario.end();
}
