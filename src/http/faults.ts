import { HttpException } from '@nestjs/common';
import {
  BackendFailure,
  Conflict,
  DomainError,
  Forbidden,
  InvalidInput,
  NotAcceptable,
  NotFound,
  NotSupported,
  OverLimit,
  TemporaryRefusal,
  TooLarge,
  Unauthorized,
  Unavailable,
  UnsupportedMediaType,
} from '../common/errors.js';

/** A refusal or failure in terms of HTTP. */
export interface Fault {
  readonly status: number;
  /** Shown to the client. */
  readonly message: string;
  /** Whether it is this server's failure rather than the client's. */
  readonly isOurs: boolean;
  /** Seconds for the header Retry-After. */
  readonly retryAfterS?: number | undefined;
}

/** Cinder's texts for faults that say nothing of their own. */
export const GENERIC = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  404: 'The resource could not be found.',
  500: 'The server has either erred or is incapable of performing the requested operation.',
} as const;

const STATUSES = new Map<unknown, number>([
  [InvalidInput, 400],
  [Unauthorized, 401],
  [Forbidden, 403],
  [NotFound, 404],
  [NotAcceptable, 406],
  [Conflict, 409],
  [TooLarge, 413],
  [OverLimit, 413],
  [UnsupportedMediaType, 415],
  [BackendFailure, 500],
  [NotSupported, 501],
  [Unavailable, 503],
]);

/** Names of the envelope's one key (SPEC 4.1); every other status is a `computeFault`. */
const KEYS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** What to tell the client about whatever was thrown. Only a DomainError's text leaves the process. */
export function classifyThrown(thrown: unknown): Fault {
  if (thrown instanceof DomainError) {
    const status = statusOf(thrown);
    const retryAfterS = thrown instanceof TemporaryRefusal ? thrown.retryAfterS : undefined;
    return { status, message: thrown.message, isOurs: status >= 500, retryAfterS };
  }
  // Nest's own: no such route, or a path that cannot be decoded.
  const status = thrown instanceof HttpException ? thrown.getStatus() : decodingStatus(thrown);
  if (status === 404) return { status, message: GENERIC[404], isOurs: false };
  if (status >= 400 && status < 500) return { status: 400, message: GENERIC[400], isOurs: false };
  return { status: 500, message: GENERIC[500], isOurs: true };
}

/** The envelope: one key, named by the status, whose value has `code` and `message`, and `retryAfter` with 413 (SPEC 4.1). */
export function faultBody({ status, message, retryAfterS }: Fault): object {
  const retryAfter = status === 413 && retryAfterS !== undefined ? { retryAfter: String(retryAfterS) } : {};
  return { [faultKey(status)]: { code: status, message, ...retryAfter } };
}

/** The envelope's key for a status. */
export function faultKey(status: number): string {
  return KEYS[status] ?? 'computeFault';
}

function statusOf(error: DomainError): number {
  for (let type: unknown = error.constructor; type !== null; type = Object.getPrototypeOf(type)) {
    const status = STATUSES.get(type);
    if (status !== undefined) return status;
  }
  return 500;
}

/** Express marks what it cannot decode, such as a path with a lone `%`, with the status to answer. */
function decodingStatus(thrown: unknown): number {
  return thrown instanceof URIError || (thrown as { status?: unknown } | null)?.status === 400 ? 400 : 500;
}
