import { inWords } from '../../contract-broken.js';
import type { TestResult } from '../judge.js';
import { bySuite, countsOf, type Verdict } from '../verdict.js';
import { escaped } from './markup.js';

/** Returns the verdict in the XML that CI servers read: a suite for each of the kit's suites. */
export function junitReport(verdict: Verdict): string {
  const suites = bySuite(verdict.results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(verdict.name)}" ${totals(verdict.results)}>`,
    ...[...suites].flatMap(([suite, results]) => [
      `  <testsuite name="${escaped(suite)}" timestamp="${verdict.startedAt.toISOString()}" ${totals(results)}>`,
      ...results.map((result) => testCase(result, verdict.name)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(results: readonly TestResult[]): string {
  const { broken, skipped, notRun } = countsOf(results);
  const seconds = results.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
  return `tests="${results.length}" failures="${broken}" errors="0" skipped="${skipped + notRun}" time="${seconds}"`;
}

function testCase(result: TestResult, driver: string): string {
  const { suite, title, tookMs, status } = result;
  const named = `    <testcase classname="${escaped(`${driver}.${suite}`)}" name="${escaped(title)}" time="${tookMs / 1000}"`;
  return status === 'conforms' ? `${named}/>` : `${named}>\n      ${contentOf(result)}\n    </testcase>`;
}

function contentOf({ reason, violations, steps }: TestResult): string {
  if (reason !== null) return `<skipped message="${escaped(reason)}"/>`;
  const told = violations.map(inWords);
  const text = [...told, ['What was done:', ...steps].join('\n')].join('\n\n');
  const [first = ''] = (violations[0]?.found ?? '').split('\n');
  return `<failure type="${escaped(violations[0]?.rule ?? '')}" message="${escaped(first)}">${escaped(text)}</failure>`;
}
