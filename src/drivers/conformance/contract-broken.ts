import { plainText } from './plain-text.js';
import { linkTo, RULES, type Rule } from './rules.js';

/** One way in which a driver breaks the contract. */
export interface Violation {
  /** What was found, fit to be shown: bounded, without credentials and control characters. */
  readonly found: string;
  readonly rule: Rule;
  /** What in a driver usually causes it; null if the test does not tell, as when a call rejects unexpectedly. */
  readonly cause: string | null;
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

export function inWords({ found, rule, cause }: Violation): string {
  return [found, `The contract: "${RULES[rule]}" (${linkTo(rule)})`, ...causeInWords(cause)].join('\n');
}

/** Returns the cause in one line, or none. */
export function causeInWords(cause: string | null): readonly string[] {
  return cause === null ? [] : [`Likely cause: ${cause}.`];
}

/** Makes a violation of what was found. */
export function violationOf(found: string, rule: Rule, cause: string | null): Violation {
  return { found: plainText(found), rule, cause };
}
