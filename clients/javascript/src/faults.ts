import type { FaultStatus } from './operation-types.js';

/** Longest text of a fault that is not one of this API, such as a proxy's page. */
const FOREIGN_TEXT_LENGTH = 200;

interface FaultParts {
  readonly operation: string;
  readonly status: number;
  readonly message: string;
  readonly requestId: string | undefined;
  readonly retryAfterS: number | undefined;
}

/** A response that is no success. Its message is the server's text. */
export class Fault extends Error {
  override readonly name: string = 'Fault';
  /** Id of the operation, for example `createAttachment`. */
  readonly operation: string;
  /** HTTP status. */
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds to wait before the request is repeated, if the server says so. */
  readonly retryAfterS: number | undefined;

  constructor({ operation, status, message, requestId, retryAfterS }: FaultParts) {
    super(message);
    this.operation = operation;
    this.status = status;
    this.requestId = requestId;
    this.retryAfterS = retryAfterS;
  }
}

/** 400: the request is malformed, or the state of the resource does not allow it. */
export class BadRequest extends Fault {
  override readonly name = 'BadRequest';
}

/** 401: the token is missing or not valid. */
export class Unauthorized extends Fault {
  override readonly name = 'Unauthorized';
}

/** 403: the policy does not allow it. */
export class Forbidden extends Fault {
  override readonly name = 'Forbidden';
}

/** 404: there is no such resource, or not in this microversion. */
export class NotFound extends Fault {
  override readonly name = 'NotFound';
}

/** 406: the server does not support the microversion. */
export class NotAcceptable extends Fault {
  override readonly name = 'NotAcceptable';
}

/** 409: another request or the state of the backend stands in the way. */
export class Conflict extends Fault {
  override readonly name = 'Conflict';
}

/** 412: the server's state is not the one that the request names. */
export class PreconditionFailed extends Fault {
  override readonly name = 'PreconditionFailed';
}

/** 413: the body is too large, or too many requests were sent; then `retryAfterS` says when to try again. */
export class OverLimit extends Fault {
  override readonly name = 'OverLimit';
}

/** 415: the server does not read bodies of this type. */
export class UnsupportedMediaType extends Fault {
  override readonly name = 'UnsupportedMediaType';
}

/** 500: the server or its backend failed; the message says which backend and why. */
export class ServerFailed extends Fault {
  override readonly name = 'ServerFailed';
}

/** 501: the backend cannot do this. */
export class NotImplemented extends Fault {
  override readonly name = 'NotImplemented';
}

/** 503: something that the server depends on does not answer; `retryAfterS` says when to try again. */
export class Unavailable extends Fault {
  override readonly name = 'Unavailable';
}

const CLASSES = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  406: NotAcceptable,
  409: Conflict,
  412: PreconditionFailed,
  413: OverLimit,
  415: UnsupportedMediaType,
  500: ServerFailed,
  501: NotImplemented,
  503: Unavailable,
} satisfies Record<FaultStatus, typeof Fault>;

const classOf = (status: number): typeof Fault =>
  (CLASSES as Readonly<Record<number, typeof Fault>>)[status] ?? Fault;

/** Builds the fault of a response with this body. A status without a class of its own is a {@link Fault}. */
export function faultOf(operation: string, response: Response, text: string): Fault {
  const { status, headers } = response;
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
  return new (classOf(status))({
    operation,
    status,
    message: messageIn(text) ?? `${status}: ${text.slice(0, FOREIGN_TEXT_LENGTH)}`,
    requestId: headers.get('x-openstack-request-id') ?? undefined,
    retryAfterS: Number.isFinite(seconds) ? seconds : undefined,
  });
}

/** Returns the message of OpenStack's envelope: one key, which has the status and the message. */
function messageIn(text: string): string | undefined {
  try {
    const [fault] = Object.values(JSON.parse(text) as Record<string, { message?: unknown } | null>);
    return typeof fault?.message === 'string' ? fault.message : undefined;
  } catch {
    return undefined;
  }
}

/** No response, or none that is JSON: the address is wrong, the server is away, or it took too long. `cause` says why. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    /** Id of the operation. */
    readonly operation: string,
    url: string,
    cause: unknown,
  ) {
    super(`${operation} has no answer from ${url}: ${reasonOf(cause)}`, { cause });
  }
}

/** Node.js says "fetch failed", and the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

/** The operation is newer than the microversion of the request; nothing was sent. */
export class MicroversionTooOld extends Error {
  override readonly name = 'MicroversionTooOld';

  constructor(operation: string, since: string, microversion: string) {
    super(`${operation} needs microversion ${since}; the request has ${microversion}`);
  }
}
