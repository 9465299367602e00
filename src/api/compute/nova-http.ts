import type { Logger } from 'pino';
import { Unavailable } from '../../platform/errors.js';
import { traced, traceHeaders } from '../../platform/spans.js';

export interface NovaOptions {
  /** Base address, with the version: `https://compute.example.org:8774/v2.1`. */
  readonly endpoint: string;
  /** Timeout of one request, response included. */
  readonly timeoutMs: number;
}

/** A request to the Compute API. */
export interface NovaRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly microversion: string;
  readonly token: string;
  readonly requestId: string;
  readonly body?: object;
}

export interface NovaResponse {
  readonly status: number;
  /** Undefined when it is not JSON. */
  readonly body: unknown;
}

/** Value of Retry-After in seconds when Nova does not answer. */
export const RETRY_AFTER_S = 5;

/** HTTP client for Nova. */
export class NovaHttp {
  constructor(
    private readonly options: NovaOptions,
    private readonly log: Logger,
  ) {}

  get endpoint(): string {
    return this.options.endpoint;
  }

  /** @throws Unavailable when there is no answer within the timeout. */
  send(request: NovaRequest): Promise<NovaResponse> {
    const { method, path } = request;
    const attributes = { 'http.request.method': method, 'url.path': path };
    return traced({ name: `Nova ${method}`, kind: 'call', attributes }, async (span) => {
      const answer = await this.exchange(request);
      span.set({ 'http.response.status_code': answer.status });
      return answer;
    });
  }

  private async exchange(request: NovaRequest): Promise<NovaResponse> {
    const { method, path, microversion, token, requestId, body } = request;
    try {
      const response = await fetch(this.options.endpoint + path, {
        method,
        headers: {
          'X-Auth-Token': token,
          'OpenStack-API-Version': `compute ${microversion}`,
          Accept: 'application/json',
          ...traceHeaders(),
          ...(requestId === '' ? {} : { 'X-OpenStack-Request-ID': requestId }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.options.timeoutMs),
        redirect: 'error',
      });
      return { status: response.status, body: parse(await response.text()) };
    } catch (error) {
      this.log.error({ err: error, requestId }, 'Nova cannot be reached');
      throw new Unavailable('The compute service is unavailable.', RETRY_AFTER_S, { cause: error });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
