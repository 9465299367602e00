import { redactSecrets, redactText } from '../../common/redact.js';
import type { DriverLog, JsonObject } from '../contract/index.js';

/** The log that one backend's driver gets: every line names the backend, and what looks secret is masked. */
export function backendLog(log: DriverLog, backend: string): DriverLog {
  const details = (given: JsonObject = {}): JsonObject => ({
    // Masking JSON gives JSON.
    ...(redactSecrets(given) as JsonObject),
    backend,
  });
  return {
    info: (message, given) => log.info(redactText(message), details(given)),
    warn: (message, given) => log.warn(redactText(message), details(given)),
  };
}
