import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.schema.js';

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/** One JSON object a line, on standard output. Callers pass no bodies, tokens or connection data. */
export function createLogger(config: Config): Logger {
  return pino({
    level: config.log_level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['*.auth_password', '*.auth_username', '*["x-auth-token"]', '*["x-service-token"]'],
  });
}

/** Lets Nest's own messages, which are about wiring, appear as debug lines; its warnings and errors as what they are. */
export function nestLogger(log: Logger): LoggerService {
  const line = (level: 'debug' | 'warn' | 'error') => (message: unknown, context?: unknown) => {
    log[level]({ context }, message instanceof Error ? message.message : String(message));
  };
  return {
    log: line('debug'),
    debug: line('debug'),
    verbose: line('debug'),
    warn: line('warn'),
    error: line('error'),
  };
}
