import { describe, expect, it } from '@jest/globals';
import { declaredTests } from '../../src/drivers/conformance/declared-tests.js';
import { MUTANTS } from './all-mutants.js';
import type { Mutant } from './mutant.js';

/** Runs the named test of the kit. @returns what it found. */
async function violationsOf({ caughtBy, subject }: Mutant, isMutated: boolean) {
  const test = declaredTests(subject(isMutated)).find(({ title }) => title === caughtBy);
  if (test === undefined || test.skipped !== null) throw new Error(`no test "${caughtBy}" applies`);
  return (await test.run()).violations;
}

describe('the conformance kit', () => {
  it.each(MUTANTS)('finds a driver $driver that $fault, but not the intact one', async (mutant) => {
    expect(await violationsOf(mutant, true)).not.toEqual([]);
    expect(await violationsOf(mutant, false)).toEqual([]);
  });

  it('is measured by at least 40 mutants, each another one', () => {
    expect(new Set(MUTANTS.map(({ driver, fault }) => `${driver} ${fault}`)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
  });
});
