import { linkTo, RULES } from '../../rules.js';
import { countsOf, isConforming, reproducerOf, type Verdict } from '../verdict.js';

/** Version of the report's format: raised when a key is removed or changes its meaning. */
const FORMAT = 1;

export function jsonReport(verdict: Verdict): string {
  const { results, startedAt, ...head } = verdict;
  const tests = results.map((result) => ({
    ...result,
    violations: result.violations.map(({ found, rule, cause }) => ({
      found,
      contract: RULES[rule],
      link: linkTo(rule),
      cause,
    })),
    reproducer: result.status === 'broken' ? reproducerOf(verdict, result) : null,
  }));
  const judged = { isConforming: isConforming(verdict), counts: countsOf(results) };
  const report = { format: FORMAT, ...head, startedAt, ...judged, tests };
  return `${JSON.stringify(report, null, 2)}\n`;
}
