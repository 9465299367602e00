import {
  Agent as HttpAgent,
  type ClientRequest,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { WebhookRequest } from './webhook-request.js';

/** Time after which an idle connection is closed: below that of common servers and proxies. */
const IDLE_MS = 4_000;

/** Most bytes of an answer's body, and milliseconds, that are spent for the sake of its connection. */
const READ_BYTES = 65_536;
const READ_MS = 1_000;

/**
 * Posts to one address, one request after the other on one connection. `fetch` would cost two to three times the
 * processor time, and an attach and detach are six events.
 */
export class WebhookClient {
  private readonly agent: HttpAgent;
  private readonly send: typeof httpRequest;
  private readonly target: RequestOptions;

  constructor(address: string) {
    const { protocol, hostname, port, pathname, search } = new URL(address);
    const isTls = protocol === 'https:';
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1, timeout: IDLE_MS };
    this.agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
    this.send = isTls ? httpsRequest : httpRequest;
    this.target = {
      method: 'POST',
      agent: this.agent,
      hostname: hostname.replaceAll(/^\[|\]$/g, ''),
      path: `${pathname}${search}`,
      ...(port === '' ? {} : { port }),
    };
  }

  /**
   * Returns the status of the answer.
   * @param signal ends it early.
   * @throws what the network says.
   */
  async post(request: WebhookRequest, signal: AbortSignal): Promise<number> {
    try {
      return await this.attempt(request, signal);
    } catch (error) {
      // The other side closed the idle connection while the request was on its way.
      if (!(error instanceof StaleConnection) || signal.aborted) throw error;
      return this.attempt(request, signal);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private attempt({ headers, body }: WebhookRequest, signal: AbortSignal): Promise<number> {
    const length = Buffer.byteLength(body);
    const sent = this.send({ ...this.target, headers: { ...headers, 'Content-Length': length } });
    const end = (): void => void sent.destroy();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    const answer = statusOf(sent).finally(() => signal.removeEventListener('abort', end));
    sent.end(body);
    return answer;
  }
}

class StaleConnection extends Error {}

/** The status, once the answer has been read as far as its connection is worth it. */
function statusOf(sent: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    sent.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && error.code === 'ECONNRESET';
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    let isAnswered = false;
    sent.once('response', (response) => {
      isAnswered = true;
      let bytes = 0;
      const timer = setTimeout(() => response.destroy(), READ_MS);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > READ_BYTES) response.destroy();
      });
      // Whatever becomes of its body: the receiver has answered.
      response.once('error', () => undefined);
      response.once('close', () => {
        clearTimeout(timer);
        resolve(response.statusCode ?? 0);
      });
    });
    // An upgrade of the protocol ends the connection with neither an answer nor an error.
    sent.once('close', () => {
      if (!isAnswered) reject(new Error('the connection was closed without an answer'));
    });
  });
}
