import { redactText } from './redact.js';

/** An error as a log line shows it. */
export interface LoggableError {
  readonly type: string;
  readonly message: string;
  /** With the stacks of the causes. */
  readonly stack: string;
  readonly code?: string | number;
}

/** Maximum length of a cause chain; longer ones are cycles. */
const MOST_CAUSES = 8;

/**
 * Returns the loggable part of an error. Errors of databases and commands contain their parameters, among them
 * credentials: only the fields named here are copied, with `secrets` and what looks like one masked.
 */
export function loggableError(error: unknown, secrets: readonly string[] = []): LoggableError {
  const masked = (text: string) => redactText(text, secrets);
  if (!(error instanceof Error)) return { type: typeof error, message: masked(String(error)), stack: '' };
  const { code } = error as { readonly code?: unknown };
  return {
    type: error.constructor.name,
    message: masked(
      chain(error, ({ message }) => message)
        .filter(isNew)
        .join(': '),
    ),
    stack: masked(chain(error, ({ stack = '' }) => stack).join('\ncaused by: ')),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
  };
}

/** Whether a message adds something: many errors quote that of their cause. */
function isNew(message: string, index: number, all: readonly string[]): boolean {
  return index === 0 || all[index - 1]?.includes(message) !== true;
}

function chain(error: Error, tell: (error: Error) => string): string[] {
  const told: string[] = [];
  for (let next: unknown = error; next instanceof Error && told.length < MOST_CAUSES; next = next.cause) {
    told.push(tell(next));
  }
  return told;
}
