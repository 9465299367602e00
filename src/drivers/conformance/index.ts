import { NeverSettles } from './call-limits.js';
import { ContractBroken } from './contract-broken.js';
import { declaredTests, type DeclaredTest } from './declared-tests.js';
import type { DefinitionOptions } from './defined-driver.js';
import type { ConformanceOptions, DeclareTest, TestRunner } from './options.js';

export type { DefinitionOptions } from './defined-driver.js';
export type {
  ConformanceHooks,
  ConformanceOptions,
  ConformanceSubject,
  DeclareTest,
  DriverUnderTest,
  KitHost,
  TestDisk,
  TestRunner,
  Trouble,
} from './options.js';

/**
 * Declares the tests that check a driver against the contract, using the functions of any test runner. Each test creates
 * its own driver, removes what it created, and fails if something is left on the backend. A failure says what was done,
 * which sentence of the contract the driver breaks, and what usually causes that; credentials are masked.
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
export function runConformance({
  describe,
  it,
  ...given
}: TestRunner & (ConformanceOptions | DefinitionOptions)): void {
  const tests = declaredTests(given);
  describe('driver conformance', () => {
    for (const suite of new Set(tests.map((test) => test.suite))) {
      describe(suite, () => {
        for (const test of tests) if (test.suite === suite) declare(test, it);
      });
    }
  });
}

function declare(test: DeclaredTest, it: DeclareTest): void {
  if (test.skipped !== null) {
    const skip = it.skip ?? it;
    skip(`${test.title} (skipped: ${test.skipped})`, () => Promise.resolve());
    return;
  }
  it(test.title, async () => {
    const { violations, steps, lacks } = await test.run();
    if (lacks !== null) throw new NeverSettles(lacks);
    if (violations.length > 0) throw new ContractBroken(violations, steps);
  });
}
