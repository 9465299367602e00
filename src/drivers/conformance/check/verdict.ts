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
  /** Number of the tests that were to be run, those that do not apply among them. */
  readonly planned: number;
  /** Whether only some of the kit's tests were asked for. */
  readonly isPart: boolean;
  /** The signal that ended the run; null if it ended by itself. */
  readonly endedBy: string | null;
}

export interface Counts {
  readonly conforms: number;
  readonly broken: number;
  readonly skipped: number;
  readonly notRun: number;
}

export function countsOf(results: readonly TestResult[]): Counts {
  const count = (status: TestResult['status']) => results.filter((one) => one.status === status).length;
  return {
    conforms: count('conforms'),
    broken: count('broken'),
    skipped: count('skipped'),
    notRun: count('not run'),
  };
}

/** Returns the results of each suite, in their order. */
export function bySuite(results: readonly TestResult[]): ReadonlyMap<string, readonly TestResult[]> {
  const suites = new Map<string, TestResult[]>();
  for (const result of results) suites.set(result.suite, [...(suites.get(result.suite) ?? []), result]);
  return suites;
}

type Outcomes = Pick<Verdict, 'results' | 'isPart' | 'endedBy'>;

/** Returns whether the driver conforms; null if not every test was run and those that were found nothing. */
export function isConforming({ results, isPart, endedBy }: Outcomes): boolean | null {
  const { broken, notRun } = countsOf(results);
  if (broken > 0) return false;
  return isPart || endedBy !== null || notRun > 0 ? null : true;
}

/** Returns the verdict in one line. */
export function inOneLine(verdict: Outcomes & Pick<Verdict, 'planned'>): string {
  const { conforms, broken, skipped, notRun } = countsOf(verdict.results);
  const ran = conforms + broken;
  const count = verdict.isPart ? `of the ${ran} tests chosen` : `of ${ran} tests`;
  const contract = `contract ${CONTRACT_VERSION}`;
  const outcome = {
    true: `conforms to ${contract}: ${conforms} tests passed`,
    false: `breaks ${contract}: ${broken} ${count} failed`,
    null: `was judged in part by ${contract}: ${conforms} ${count} passed`,
  }[`${isConforming(verdict)}`];
  return [
    outcome,
    ...(notRun === 0 ? [] : [`${notRun} were not run`]),
    ...(skipped === 0 ? [] : [`${skipped} do not apply`]),
    ...(verdict.endedBy === null
      ? []
      : [`ended by ${verdict.endedBy} after ${verdict.results.length} of ${verdict.planned}`]),
  ].join(', ');
}

/** Returns in words which methods kept tests from being run. */
export function notRunInWords(results: readonly TestResult[]): readonly string[] {
  return [...countsByReason(results, 'not run')].map(
    ([reason, count]) => `${reason}: ${count} ${count === 1 ? 'test' : 'tests'} not run`,
  );
}

/** Returns how many tests have the status for each reason. */
export function countsByReason(
  all: readonly TestResult[],
  status: TestResult['status'],
): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  const results = all.filter((one) => one.status === status);
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
