import { redactDeep, redactText } from '../../platform/logging/redact.js';
import type { DriverLog, JsonObject } from '../contract/index.js';

/** Returns the log of a backend's driver: every entry names the backend, and `secrets` and what looks like one are masked. */
export function backendLog(log: DriverLog, backend: string, secrets: readonly string[]): DriverLog {
  const details = (given: JsonObject = {}): JsonObject => ({
    // Redacted JSON is still JSON.
    ...(redactDeep(given, secrets) as JsonObject),
    backend,
  });
  return {
    info: (message, given) => log.info(redactText(message, secrets), details(given)),
    warn: (message, given) => log.warn(redactText(message, secrets), details(given)),
  };
}
