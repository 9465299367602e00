import { Unavailable } from '../../common/errors.js';

/** What went wrong, for the operator's log; without tokens and passwords. */
export type ReportTrouble = (problem: string, cause?: unknown) => void;

/** An answer of Keystone, read to its end, so that its connection is free for the next request. */
export interface KeystoneAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when it is not JSON. */
  readonly body: unknown;
}

/** Seconds until another try, when Keystone does not answer or answers nonsense. */
export const RETRY_AFTER_S = 5;

/** Sends requests to Keystone. */
export class KeystoneHttp {
  /**
   * @param url Base address without `/v3`.
   * @param timeoutMs Longest time of one request.
   */
  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
    private readonly report: ReportTrouble,
  ) {}

  /** @throws Unavailable when there is no answer within the time. */
  async request(path: string, init: RequestInit): Promise<KeystoneAnswer> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(this.url + path, { ...init, signal, redirect: 'error' });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: parsed(text) };
    } catch (error) {
      throw this.unavailable('Keystone cannot be reached', error);
    }
  }

  /** What a client is told of a problem that is its operator's; the problem itself goes into the log. */
  unavailable(problem: string, cause?: unknown): Unavailable {
    this.report(problem, cause);
    return new Unavailable('The identity service cannot be asked now.', RETRY_AFTER_S, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
