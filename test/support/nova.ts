import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in says about a server's volume: the attachment that Nova has, or a status and body of its own. */
export type NovaAnswer =
  | { readonly attachmentId: string | null }
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** A Nova in this process, as far as a block storage service asks it: one call of the Compute API. */
export class NovaStandIn {
  /** Requests as they came: `GET <path>` and their headers. */
  readonly asked: { readonly line: string; readonly headers: IncomingMessage['headers'] }[] = [];
  isHanging = false;
  private readonly answers = new Map<string, NovaAnswer>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  /** Starts it; gives back the address of its API. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v2.1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  says(serverId: string, volumeId: string, answer: NovaAnswer): void {
    this.answers.set(`/v2.1/servers/${serverId}/os-volume_attachments/${volumeId}`, answer);
  }

  private answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
    this.asked.push({ line: `${method} ${url}`, headers });
    if (this.isHanging) return;
    const answer = this.answers.get(url);
    if (answer === undefined) {
      reply(response, 404, { itemNotFound: { code: 404, message: 'Instance could not be found.' } });
    } else if ('status' in answer) {
      const { status, body = { computeFault: { code: status, message: 'as told' } } } = answer;
      reply(response, status, body, answer.headers);
    } else {
      reply(response, 200, { volumeAttachment: { attachment_id: answer.attachmentId, device: '/dev/vdb' } });
    }
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(text);
}
