import { DriverError, type JsonObject, type JsonValue } from 'clinker-driver';
import type { AcmeOptions } from './options.js';
import type { Transport } from './transport.js';

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Path and query after the option `url`. */
  readonly path: string;
  readonly body?: JsonObject;
}

export interface HttpAnswer {
  readonly status: number;
  /** Null if the body is empty or is no JSON. */
  readonly body: JsonValue;
}

/** More than any answer has; a broken appliance must not fill the server's memory. */
const MOST_CHARACTERS = 2 ** 20;

/** Sends requests to the appliance. @throws UNAVAILABLE when it does not answer in time. */
export function httpTransport(options: AcmeOptions): Transport<HttpRequest, HttpAnswer> {
  const { url, api_token: token, timeout_s: seconds } = options;
  const base = url.replace(/\/$/, '');
  return async ({ method, path, body }, signal) => {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        // A redirect could send the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
      });
      return { status: response.status, body: parsed(await textOf(response)) };
    } catch (cause) {
      const mend = 'Check the option url and the appliance.';
      throw new DriverError('UNAVAILABLE', `${base} does not answer. ${mend}`, { cause });
    }
  };
}

async function textOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_CHARACTERS) throw new Error('the answer is too long');
  }
  return text;
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
