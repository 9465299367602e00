import { inspect } from 'node:util';
import { isDriverError } from '../../drivers/contract/index.js';
import { collectSecrets, redactDeep, redactText } from '../../platform/logging/redact.js';

/** Names of the arguments of each call, without the last one, its context. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  createVolume: ['volume'],
  deleteVolume: ['volume'],
  extendVolume: ['volume', 'newSizeGib'],
  validateConnector: ['connector'],
  createExport: ['volume', 'connection'],
  ensureExport: ['volume', 'connections'],
  removeExport: ['volume'],
  initializeConnection: ['volume', 'connection', 'others'],
  terminateConnection: ['volume', 'connection', 'remaining'],
  fenceConnection: ['volume', 'connection', 'remaining'],
  inspect: ['volume'],
  listExports: ['page'],
};

/** A longer value is cut. */
const LONGEST_VALUE = 1000;

/** Secrets that are remembered; those of long ago are forgotten, so that hours of work need no more memory. */
const MOST_SECRETS = 10_000;

export type Outcome = { readonly result: unknown } | { readonly thrown: unknown };

/** Renders driver calls for a terminal. Secrets that options, arguments or results have shown are masked everywhere. */
export class CallRenderer {
  private readonly secrets: Set<string>;

  constructor(secrets: readonly string[]) {
    this.secrets = new Set(secrets);
  }

  /** Returns the lines that show a call that has ended. */
  render(call: string, args: readonly unknown[], ms: number, outcome: Outcome): string {
    this.remember([args, outcome]);
    const lines = (ARGUMENTS[call] ?? []).map((name, index) => `    ${name}: ${this.shown(args[index])}`);
    return [`${call} (${ms.toFixed(0)} ms)`, ...lines, ...this.told(outcome)].join('\n');
  }

  private told(outcome: Outcome): readonly string[] {
    if ('result' in outcome) {
      return outcome.result === undefined ? ['    done'] : [`    returned: ${this.shown(outcome.result)}`];
    }
    const { thrown } = outcome;
    if (isDriverError(thrown)) {
      const cause = thrown.cause instanceof Error ? ` (cause: ${thrown.cause.message})` : '';
      return [`    ${thrown.code}: ${this.masked(thrown.message + cause)}`];
    }
    // An error without a code is a bug of the driver, or of what it uses.
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : inspect(thrown);
    return [`    INTERNAL, because no DriverError was thrown: ${this.masked(text)}`];
  }

  private shown(value: unknown): string {
    const text = inspect(redactDeep(value, this.secrets), { depth: 6, breakLength: Infinity, compact: true });
    return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  }

  private masked(text: string): string {
    return redactText(text, this.secrets);
  }

  private remember(data: unknown): void {
    for (const secret of collectSecrets(data)) {
      this.secrets.delete(secret);
      this.secrets.add(secret);
    }
    for (const secret of this.secrets) {
      if (this.secrets.size <= MOST_SECRETS) return;
      this.secrets.delete(secret);
    }
  }
}
