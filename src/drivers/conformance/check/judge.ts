import type { Violation } from '../contract-broken.js';
import type { DeclaredTest } from '../declared-tests.js';
import type { Rule } from '../rules.js';
import { StrayErrors } from './stray-errors.js';

/** What became of one test. */
export interface TestResult {
  readonly suite: string;
  readonly title: string;
  readonly rule: Rule;
  readonly status: 'conforms' | 'broken' | 'skipped';
  /** Why it was skipped; else null. */
  readonly reason: string | null;
  readonly violations: readonly Violation[];
  /** What was done, one call in each line. */
  readonly steps: readonly string[];
  readonly tookMs: number;
}

/** Runs the tests one after another. */
export async function* resultsOf(tests: readonly DeclaredTest[]): AsyncGenerator<TestResult> {
  const stray = new StrayErrors();
  try {
    for (const test of tests) yield await resultOf(test, stray);
  } finally {
    stray.end();
  }
}

async function resultOf(test: DeclaredTest, stray: StrayErrors): Promise<TestResult> {
  const { suite, title, rule, skipped } = test;
  const named = { suite, title, rule, reason: skipped };
  if (skipped !== null) return { ...named, status: 'skipped', violations: [], steps: [], tookMs: 0 };
  const beganAt = performance.now();
  const { violations, steps, mask } = await test.run();
  const all = [...violations, ...(await stray.take(mask))];
  const tookMs = Math.round(performance.now() - beganAt);
  return { ...named, status: all.length === 0 ? 'conforms' : 'broken', violations: all, steps, tookMs };
}
