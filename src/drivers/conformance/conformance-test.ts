import type { CompleteOptions } from './options.js';
import type { Rule } from './rules.js';
import type { Scenario } from './scenario.js';

/** One requirement of the contract. */
export interface ConformanceTest {
  readonly title: string;
  /** The contract's sentence that a driver breaks if the test fails. */
  readonly rule: Rule;
  /** What in a driver usually makes the test fail. */
  readonly cause: string;
  /** Returns the reason why the test does not apply to this driver; null if it does. */
  readonly skipped?: (options: CompleteOptions) => string | null;
  readonly run: (scenario: Scenario) => Promise<void>;
}

export interface ConformanceSuite {
  readonly title: string;
  readonly tests: (options: CompleteOptions) => readonly ConformanceTest[];
}

/** `skipped` of tests that check the admitted hosts. */
export function withoutAccessControl({ capabilities }: CompleteOptions): string | null {
  return capabilities.accessControl === 'none' ? 'the driver has no access control' : null;
}

/** `skipped` of tests that need several attachments of a volume. */
export function withoutMultiattach({ capabilities }: CompleteOptions): string | null {
  return capabilities.multiattach ? null : 'the driver has no multiattach';
}

/** `skipped` of tests that extend a volume. */
export function withoutExtend({ capabilities }: CompleteOptions): string | null {
  return capabilities.extend === 'none' ? 'the driver cannot extend volumes' : null;
}

/** `skipped` of tests that need a hook. */
export function withoutHook(hook: keyof CompleteOptions['hooks']) {
  return ({ hooks }: CompleteOptions): string | null =>
    hooks[hook] === undefined ? `there is no hook "${hook}"` : null;
}
