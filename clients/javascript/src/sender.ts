import { faultOf, MicroversionTooOld, NoAnswer } from './faults.js';
import { NEWEST_MICROVERSION, OPERATIONS } from './generated/operations.js';
import type { OperationId, RequestOptions, Send } from './operation-types.js';

const TIMEOUT_MS = 120_000;

/** They would lead to another operation's path. */
const NOT_A_SEGMENT = /^\.{0,2}$/;

/** What a header may hold. The platform's own error would contain the token. */
const TOKEN = /^[\x21-\x7e]+$/;

/** How to reach a server. */
export interface ClientOptions {
  /** Address of the API as in a catalog of services, for example `http://127.0.0.1:8776/v3`. */
  readonly endpoint: string;
  /** Token of the caller, or a function that returns one for each request. Without Keystone: `user:project`. */
  readonly token: string | (() => string | Promise<string>);
  /** Microversion of requests that have none; default: the newest that this client knows. */
  readonly microversion?: string | undefined;
  /** Milliseconds until a request without an answer ends; default: two minutes. */
  readonly timeoutMs?: number | undefined;
  /** Sends the requests; default: the platform's own. */
  readonly fetch?: typeof fetch | undefined;
}

/** The request of any operation. */
interface AnyRequest extends RequestOptions {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Returns a function that sends requests to a server. It rejects with a `Fault` or a {@link NoAnswer}. */
export function sender(options: ClientOptions): Send {
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const send = async (id: OperationId, request: AnyRequest = {}): Promise<unknown> => {
    const url = endpoint + targetOf(id, request);
    const { response, text } = await received(
      id,
      url,
      {
        method: OPERATIONS[id].method,
        headers: await headersOf(id, request, options),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        // Another server would get the token.
        redirect: 'error',
      },
      request,
      options,
    );
    if (text === undefined) return response;
    if (!response.ok) throw faultOf(id, response, text);
    return text === '' ? undefined : parsed(id, url, text);
  };
  // The generated types say what each operation gets and returns; here they are all alike.
  return send as Send;
}

/** Returns the path and query of a request. */
function targetOf(id: OperationId, { path = {}, query = {} }: AnyRequest): string {
  const target = OPERATIONS[id].path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined || NOT_A_SEGMENT.test(value)) throw new TypeError(`${id} needs a ${name}`);
    return encodeURIComponent(value);
  });
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? target : `${target}?${parameters.toString()}`;
}

async function headersOf(
  id: OperationId,
  request: AnyRequest,
  { token, microversion: usual = NEWEST_MICROVERSION }: ClientOptions,
): Promise<Record<string, string>> {
  const microversion = request.microversion ?? usual;
  if (isOlder(microversion, OPERATIONS[id].since))
    throw new MicroversionTooOld(id, OPERATIONS[id].since, microversion);
  const own = typeof token === 'string' ? token : await token();
  if (!TOKEN.test(own)) throw new TypeError('the token has characters that a header cannot hold');
  return {
    ...request.headers,
    ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    Accept: 'application/json',
    'OpenStack-API-Version': `volume ${microversion}`,
    'X-Auth-Token': own,
  };
}

/** Returns whether a microversion is older than another; `latest` never is. */
function isOlder(microversion: string, than: string): boolean {
  const [major = 0, minor = 0] = microversion.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

/** Sends a request. @returns the response and its text; without the text if it is a stream of events. */
async function received(
  id: OperationId,
  url: string,
  init: RequestInit,
  { signal }: RequestOptions,
  { fetch: send = fetch, timeoutMs = TIMEOUT_MS }: ClientOptions,
): Promise<{ response: Response; text?: string }> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error(`it took longer than ${timeoutMs} ms`));
  }, timeoutMs);
  const signals = signal === undefined ? [late.signal] : [late.signal, signal];
  try {
    const response = await send(url, { ...init, signal: AbortSignal.any(signals) });
    if (response.ok && isEvents(response)) return { response };
    return { response, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw new NoAnswer(id, url, error);
  } finally {
    clearTimeout(timer);
  }
}

const isEvents = ({ headers }: Response): boolean =>
  headers.get('Content-Type')?.startsWith('text/event-stream') === true;

function parsed(id: OperationId, url: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new NoAnswer(id, url, error);
  }
}
