import { CONTRACT_VERSION, type DriverCapabilities } from '../../contract/index.js';
import type { TestResult } from './judge.js';

/** What the kit found out about a driver. Every text is fit to be shown. */
export interface Verdict {
  /** The command that judged it, such as `clinker check-driver`. */
  readonly program: string;
  /** The package or path as it was given. */
  readonly driver: string;
  /** `name` of the driver's definition. */
  readonly name: string;
  /** Name and version of its package; null without one. */
  readonly package: string | null;
  readonly contract: number;
  readonly capabilities: DriverCapabilities;
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly results: readonly TestResult[];
}

export interface Counts {
  readonly conforms: number;
  readonly broken: number;
  readonly skipped: number;
}

export function countsOf(results: readonly TestResult[]): Counts {
  const count = (status: TestResult['status']) => results.filter((one) => one.status === status).length;
  return { conforms: count('conforms'), broken: count('broken'), skipped: count('skipped') };
}

/** Returns the results of each suite, in their order. */
export function bySuite(results: readonly TestResult[]): ReadonlyMap<string, readonly TestResult[]> {
  const suites = new Map<string, TestResult[]>();
  for (const result of results) suites.set(result.suite, [...(suites.get(result.suite) ?? []), result]);
  return suites;
}

/** Returns the verdict in one line. */
export function inOneLine({ results }: Pick<Verdict, 'results'>): string {
  const { conforms, broken, skipped } = countsOf(results);
  const outcome =
    broken > 0
      ? `breaks contract ${CONTRACT_VERSION}: ${broken} of ${conforms + broken} tests failed`
      : `conforms to contract ${CONTRACT_VERSION}: ${conforms} tests passed`;
  return skipped === 0 ? outcome : `${outcome}, ${skipped} do not apply`;
}

/** Returns how many tests were skipped for each reason. */
export function skipsByReason(results: readonly TestResult[]): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  for (const { reason } of results) if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return reasons;
}

/** Returns the command that runs one test alone. */
export function reproducerOf(
  { program, driver }: Pick<Verdict, 'program' | 'driver'>,
  { title }: TestResult,
): string {
  return `${program} ${quoted(driver)} --only ${quoted(title)} (and the same options)`;
}

/** Quotes for a shell. */
function quoted(word: string): string {
  return /^[\w@./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
