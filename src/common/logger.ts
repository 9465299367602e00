import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config/config.schema.js';
import { loggableError } from './loggable-error.js';

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/**
 * What terminals obey and JSON leaves as it is: the second set of control characters, line separators, and marks that
 * turn the direction of writing round.
 */
const DECEPTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One JSON object a line, on standard output unless told otherwise. Callers pass no bodies, tokens or connection data. */
export function createLogger(config: Pick<Config, 'log_level'>, destination?: DestinationStream): Logger {
  const options = {
    level: config.log_level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: loggableError },
    redact: ['*.auth_password', '*.auth_username', '*["x-auth-token"]', '*["x-service-token"]'],
    hooks: { streamWrite: (line: string) => line.replace(DECEPTIVE, escaped) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** As JSON writes a character that must not stand there itself. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
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
