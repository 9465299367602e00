import { redactSecrets, redactText } from '../../platform/logging/redact.js';
import type { DriverLog, JsonObject } from '../contract/index.js';

/** Returns the log of a backend's driver: every entry names the backend, and likely secrets are masked. */
export function backendLog(log: DriverLog, backend: string): DriverLog {
  const details = (given: JsonObject = {}): JsonObject => ({
    // Redacted JSON is still JSON.
    ...(redactSecrets(given) as JsonObject),
    backend,
  });
  return {
    info: (message, given) => log.info(redactText(message), details(given)),
    warn: (message, given) => log.warn(redactText(message), details(given)),
  };
}
