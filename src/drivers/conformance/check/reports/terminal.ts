import { causeInWords } from '../../contract-broken.js';
import { linkTo, RULES } from '../../rules.js';
import type { TestResult } from '../judge.js';
import { countsByReason, inOneLine, notRunInWords, reproducerOf, type Verdict } from '../verdict.js';

const SIGNS = { conforms: '✓', broken: '✗' } as const;
/** ANSI codes of green and red. */
const COLOURS = { conforms: 32, broken: 31 } as const;

/** The report while the tests run, as lines of text. */
export class TerminalReport {
  private suite = '';

  /** @param isColoured whether the output understands ANSI codes. */
  constructor(
    private readonly write: (line: string) => void,
    private readonly isColoured: boolean,
  ) {}

  result(result: TestResult, judged: Pick<Verdict, 'program' | 'driver'>): void {
    // The others are counted at the end.
    if (result.status === 'skipped' || result.status === 'not run') return;
    if (result.suite !== this.suite) this.write(`\n${result.suite}`);
    this.suite = result.suite;
    const { status, title, tookMs } = result;
    this.write(`  ${this.coloured(status, SIGNS[status])} ${title} (${tookMs} ms)`);
    if (status !== 'broken') return;
    for (const { found, rule, cause } of result.violations) {
      this.block(`Found: ${found}`);
      this.block(`The contract: "${RULES[rule]}" (${linkTo(rule)})`);
      for (const line of causeInWords(cause)) this.block(line);
    }
    this.block(['What was done:', ...result.steps.map((step) => `  ${step}`)].join('\n'));
    this.block(`To run it alone: ${reproducerOf(judged, result)}`);
  }

  end(verdict: Verdict): void {
    const reasons = countsByReason(verdict.results, 'skipped');
    if (reasons.size > 0) this.write('\nTests that do not apply:');
    for (const [reason, count] of reasons) this.write(`  ${String(count).padStart(3)}  ${reason}`);
    for (const line of notRunInWords(verdict.results)) this.write(`\n${line}`);
    const status = verdict.results.some((one) => one.status === 'broken') ? 'broken' : 'conforms';
    this.write(`\n${this.coloured(status, `${verdict.name} ${inOneLine(verdict)}`)}`);
  }

  private block(text: string): void {
    for (const line of text.split('\n')) this.write(`      ${line}`);
  }

  private coloured(status: keyof typeof SIGNS, text: string): string {
    return this.isColoured ? `\u001b[${COLOURS[status]}m${text}\u001b[0m` : text;
  }
}
