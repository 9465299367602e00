import { plainText } from './plain-text.js';
import { linkTo, RULES, type Rule } from './rules.js';

/** One way in which a driver breaks the contract. */
export interface Violation {
  /** What was found, fit to be shown: bounded, without credentials and control characters. */
  readonly found: string;
  readonly rule: Rule;
  /** What in a driver usually causes it. */
  readonly cause: string;
}

/** Thrown into the test runner. It has no `actual`, `expected` or `cause`: a runner would print credentials. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';

  /** @param steps what was done, one call in each line. */
  constructor(
    readonly violations: readonly Violation[],
    readonly steps: readonly string[],
  ) {
    super(
      [
        ...violations.map(inWords),
        ['What was done (without credentials):', ...steps.map((step) => `  ${step}`)].join('\n'),
      ].join('\n\n'),
    );
  }
}

function inWords({ found, rule, cause }: Violation): string {
  return `${found}\nThe contract: "${RULES[rule]}" (${linkTo(rule)})\nLikely cause: ${cause}.`;
}

/** Makes a violation of what was found. */
export function violationOf(found: string, rule: Rule, cause: string): Violation {
  return { found: plainText(found), rule, cause };
}
