import type { HttpException } from '@nestjs/common';
import {
  BackendFailure,
  Conflict,
  DomainError,
  Forbidden,
  InvalidInput,
  Misdirected,
  NotAcceptable,
  NotFound,
  NotSupported,
  OverLimit,
  TemporaryRefusal,
  TooLarge,
  Unauthorized,
  Unavailable,
  UnavailableHere,
  UnsupportedMediaType,
} from '../../platform/errors.js';

/** A refusal or failure in terms of HTTP. */
export interface Fault {
  readonly status: number;
  /** Shown to the client. */
  readonly message: string;
  /** True if the failure is this server's, not the client's. */
  readonly isOurs: boolean;
  /** Seconds for the header Retry-After. */
  readonly retryAfterS?: number | undefined;
}

/** Cinder's text for failures whose details are hidden from the client. */
const FAILED = 'The server has either erred or is incapable of performing the requested operation.';

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
  [Misdirected, 421],
  [BackendFailure, 500],
  [NotSupported, 501],
  [Unavailable, 503],
  [UnavailableHere, 503],
]);

/** The envelope's only key by status (docs/specification.md#envelope); other statuses are a `computeFault`. */
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

/** Maps a thrown value to a fault. Only the message of a DomainError leaves the process. */
export function classifyThrown(thrown: unknown): Fault {
  if (thrown instanceof DomainError) {
    const status = statusOf(thrown);
    const retryAfterS = thrown instanceof TemporaryRefusal ? thrown.retryAfterS : undefined;
    return { status, message: thrown.message, isOurs: status >= 500, retryAfterS };
  }
  // Nest's own errors: unknown route, or an undecodable path.
  const status = isHttpException(thrown) ? thrown.getStatus() : decodingStatus(thrown);
  if (status === 404) return classifyThrown(new NotFound());
  if (status >= 400 && status < 500) return classifyThrown(new InvalidInput());
  return { status: 500, message: FAILED, isOurs: true };
}

/** Avoids loading Nest: the port is open and answers before Nest is loaded. */
function isHttpException(thrown: unknown): thrown is HttpException {
  return thrown instanceof Error && typeof (thrown as Partial<HttpException>).getStatus === 'function';
}

/** Builds the envelope (docs/specification.md#envelope): `code`, `message` and, for 413, `retryAfter`, under one key. */
export function faultBody({ status, message, retryAfterS }: Fault): object {
  const retryAfter = status === 413 && retryAfterS !== undefined ? { retryAfter: String(retryAfterS) } : {};
  return { [faultKey(status)]: { code: status, message, ...retryAfter } };
}

/** Returns the envelope's key for a status. */
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
