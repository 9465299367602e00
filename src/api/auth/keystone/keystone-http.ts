import { Unavailable } from '../../../platform/errors.js';
import { traced, traceHeaders } from '../../../platform/spans.js';

/** Reports a problem to the operator's log, without tokens and passwords. */
export type ReportTrouble = (problem: string, cause?: unknown) => void;

/** A response of Keystone, read completely so that its connection is free for the next request. */
export interface KeystoneAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when it is not JSON. */
  readonly body: unknown;
  /** Latest possible time of Keystone's clock, in milliseconds since the epoch. */
  readonly time: number;
}

/** A request to Keystone; a GET without a method. */
export interface KeystoneRequest {
  readonly method?: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Value of Retry-After in seconds when Keystone does not answer or its answer is unusable. */
export const RETRY_AFTER_S = 5;

/** HTTP client for Keystone. */
export class KeystoneHttp {
  /**
   * @param url base address without `/v3`.
   * @param timeoutMs timeout of one request.
   */
  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
    private readonly report: ReportTrouble,
  ) {}

  /** @throws Unavailable when there is no answer within the timeout. */
  request(path: string, request: KeystoneRequest): Promise<KeystoneAnswer> {
    const attributes = { 'http.request.method': request.method ?? 'GET' };
    return traced({ name: 'Keystone', kind: 'call', attributes }, async (span) => {
      const answer = await this.exchange(path, request);
      span.set({ 'http.response.status_code': answer.status });
      return answer;
    });
  }

  private async exchange(path: string, request: KeystoneRequest): Promise<KeystoneAnswer> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(this.url + path, {
        ...request,
        headers: { ...request.headers, ...traceHeaders() },
        signal,
        redirect: 'error',
      });
      const text = await response.text();
      const { status, headers } = response;
      return { status, headers, body: parsed(text), time: timeIn(headers) };
    } catch (error) {
      throw this.unavailable('Keystone cannot be reached: check keystone_auth_url and the network', error);
    }
  }

  /** Creates the error for the client; the problem itself goes only to the operator's log. */
  unavailable(problem: string, cause?: unknown): Unavailable {
    this.report(problem, cause);
    return new Unavailable('The identity service is unavailable.', RETRY_AFTER_S, { cause });
  }
}

/** Reads Keystone's time, so that this server's clock may be wrong. Falls back to this server's clock. */
function timeIn(headers: Headers): number {
  const time = Date.parse(headers.get('Date') ?? '');
  // The Date header has a resolution of one second.
  return Number.isNaN(time) ? Date.now() : time + 1000;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
