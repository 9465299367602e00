import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A receiver of events that answers as it is told: with a status, or never. */
export class WebhookStandIn {
  readonly taken: any[] = [];
  /** Of the requests that were taken. */
  readonly headers: IncomingMessage['headers'][] = [];
  readonly mediaTypes = new Set<string | undefined>();
  /** Statuses of the next answers; then 204. */
  answers: (number | 'none')[] = [];
  /** Events that are refused, with the whole request that has one. */
  refuses: (event: any) => boolean = () => false;
  /** The status with which they are refused. */
  refusal = 422;
  tries = 0;
  private readonly server: Server;
  private readonly waiting = new Set<() => void>();

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Returns its address. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async until(isMet: () => boolean): Promise<void> {
    while (!isMet()) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** Closes its connections, as a server does whose keep-alive time has passed. */
  closeConnections(): void {
    this.server.closeAllConnections();
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = await json(request);
    const events: unknown[] = Array.isArray(body) ? body : [body];
    const refused = events.some((event) => this.refuses(event)) ? this.refusal : 204;
    const status = this.answers.shift() ?? refused;
    this.tries += 1;
    this.mediaTypes.add(request.headers['content-type']);
    if (status !== 'none') response.writeHead(status).end();
    if (status === 204) {
      this.taken.push(...events);
      this.headers.push(request.headers);
    }
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
