import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Config } from '../../platform/config/config.schema.js';
import { hostInUrl } from '../../platform/hosts/host-in-url.js';
import { trimCharactersEnd } from '../../platform/trim-characters.js';

/** The server did not answer, or the address is not one. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/** A running server, and the token to use there. */
export interface ServerAccess {
  readonly url: string;
  readonly token: string;
}

export interface Question {
  readonly path: string;
  readonly body?: string;
  /** Default: POST with a body, GET without. */
  readonly method?: 'PUT';
  /** Microversion; default: the lowest. */
  readonly version?: string;
  /** Longest time for the answer in milliseconds; default: as long as it takes. */
  readonly limitMs?: number;
}

export interface ServerAnswer {
  readonly status: number;
  /** An empty object if the body is no JSON object. */
  readonly body: object;
}

/** With noauth, any name is a token. */
export const NOAUTH_TOKEN = 'admin:admin';

/** Returns the address at which the configured server can be reached from this machine. */
export function configuredUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${hostInUrl(reachable)}:${String(port)}`;
}

export function isServerUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Asks the server. Not by fetch, which has a timeout of its own. @throws ServerUnreachable */
export function askServer({ url, token }: ServerAccess, question: Question): Promise<ServerAnswer> {
  const { path, body, method, version, limitMs } = question;
  const address = new URL(trimCharactersEnd(url, '/') + path);
  const start = address.protocol === 'https:' ? requestHttps : requestHttp;
  const options = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      'X-Auth-Token': token,
      'Content-Type': 'application/json',
      ...(version === undefined ? {} : { 'OpenStack-API-Version': `volume ${version}` }),
    },
    ...(limitMs === undefined ? {} : { signal: AbortSignal.timeout(limitMs) }),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new ServerUnreachable(
          error.name === 'AbortError' && limitMs !== undefined
            ? `the server at ${url} did not answer within ${String(limitMs)} ms`
            : `the server at ${url} cannot be reached (${error.message}). Is it running?`,
        ),
      );
    const request = start(address, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }),
      );
    });
    request.on('error', fail);
    request.end(body);
  });
}

/** Returns the message of a fault, or the status if there is none. */
export function faultOf({ status, body }: ServerAnswer): string {
  const [fault] = Object.values(body) as ({ message?: unknown } | undefined)[];
  return typeof fault?.message === 'string' ? fault.message : `it returned ${String(status)}`;
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
