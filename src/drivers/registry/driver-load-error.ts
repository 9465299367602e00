import { inspect } from 'node:util';
import { redactText } from '../../platform/logging/redact.js';

/** Longer messages are usually a tool's whole output. */
const LONGEST_MESSAGE = 500;

/** A backend's driver cannot be used. The message tells the operator which backend, what is wrong, and how to fix it. */
export class DriverLoadError extends Error {
  override readonly name: string = 'DriverLoadError';

  constructor(backend: string, driver: string, problem: string, options?: ErrorOptions) {
    super(`Backend "${backend}", driver "${driver}": ${problem}`, options);
  }
}

/** The driver is intact, but what the operator has set as the backend's options is not. */
export class OptionsInvalid extends DriverLoadError {
  override readonly name = 'OptionsInvalid';
}

/** Returns what a driver's code has thrown as one line of bounded length, without secrets; it may throw anything. */
export function thrownLine(thrown: unknown, secrets: readonly string[] = []): string {
  // Only its type says that the message is text.
  const told: unknown = thrown instanceof Error ? thrown.message : thrown;
  const text = typeof told === 'string' ? told : inspect(told, { depth: 0 });
  // First of all: a secret that was cut or had its lines joined would not be recognised.
  const line = redactText(text, secrets).replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}
