import type { Violation } from '../contract-broken.js';
import type { DeclaredTest } from '../declared-tests.js';
import type { Rule } from '../rules.js';
import { StrayErrors } from './stray-errors.js';

/** What became of one test. */
export interface TestResult {
  readonly suite: string;
  readonly title: string;
  readonly rule: Rule;
  readonly status: 'conforms' | 'broken' | 'skipped' | 'not run';
  /** Why it was skipped or not run; else null. */
  readonly reason: string | null;
  readonly violations: readonly Violation[];
  /** What was done, one call in each line. */
  readonly steps: readonly string[];
  readonly tookMs: number;
}

/** Runs the tests one after another, until `ended` resolves. */
export async function* resultsOf(
  tests: readonly DeclaredTest[],
  ended: Promise<unknown>,
): AsyncGenerator<TestResult> {
  const stray = new StrayErrors();
  const end = new AbortController();
  const none = ended.then(() => {
    end.abort();
    return null;
  });
  try {
    for (const test of tests) {
      if (end.signal.aborted) return;
      const result = await Promise.race([resultOf(test, stray), none]);
      if (result === null) return;
      yield result;
    }
  } finally {
    stray.end();
  }
}

async function resultOf(test: DeclaredTest, stray: StrayErrors): Promise<TestResult> {
  const { suite, title, rule, skipped } = test;
  const named = { suite, title, rule, reason: skipped };
  if (skipped !== null) return { ...named, status: 'skipped', violations: [], steps: [], tookMs: 0 };
  const beganAt = performance.now();
  const { violations, steps, lacks, mask } = await test.run();
  const all = [...violations, ...(await stray.take(mask))];
  const tookMs = Math.round(performance.now() - beganAt);
  const found = { ...named, violations: all, steps, tookMs };
  if (all.length > 0) return { ...found, status: 'broken' };
  if (lacks === null) return { ...found, status: 'conforms' };
  return { ...found, status: 'not run', reason: `${lacks} never settles` };
}
