import { type EventEmitter, once } from 'node:events';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { traceFields } from '../spans.js';
import { loggableError } from './loggable-error.js';

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/**
 * Characters that terminals interpret and JSON does not escape: C1 control characters, line separators, and marks that
 * reverse the writing direction.
 */
const DECEPTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Creates the logger: one JSON object per line, on standard output by default. Callers pass no bodies, tokens or
 * connection data.
 */
export function createLogger(
  config: { readonly log_level: string; readonly otlp_endpoint?: string | undefined },
  destination?: DestinationStream,
): Logger {
  const options = {
    level: config.log_level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: loggableError },
    ...(config.otlp_endpoint !== undefined && { mixin: traceFields }),
    redact: ['*.auth_password', '*.auth_username', '*["x-auth-token"]', '*["x-service-token"]'],
    hooks: { streamWrite: (line: string) => line.replace(DECEPTIVE, escaped) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Longest wait for a reader of the log that has stopped reading, in milliseconds. */
const LAST_LINES_MS = 500;

/**
 * Resolves when a line that was logged just now, at level info, has reached standard output. Lines are written by another
 * thread, and one that has not been is lost when a signal ends the process.
 */
export async function untilWritten(log: Logger): Promise<void> {
  if (!log.isLevelEnabled('info')) return;
  const stream = (log as unknown as Record<symbol, EventEmitter>)[pino.symbols.streamSym];
  if (stream === undefined) return;
  await once(stream, 'drain', { signal: AbortSignal.timeout(LAST_LINES_MS) }).catch(() => undefined);
}

/** Returns the JSON escape of a character. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Logs Nest's own messages, which are about wiring, at debug level; its warnings and errors keep their level. */
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
