import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Response of the stand-in about a server's volume: Nova's attachment id, or a custom status and body. */
export type NovaAnswer =
  | { readonly attachmentId: string | null }
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** A server of the stand-in, with its volume attachments. */
export interface NovaServer {
  readonly volumes: readonly { readonly volumeId: string; readonly attachmentId: string | null }[];
  readonly status?: string;
  readonly task?: string | null;
}

interface Request {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body?: any;
}

const ROOT = '/v2.1';
const NO_SERVER = { itemNotFound: { code: 404, message: 'Instance could not be found.' } };

/** A Nova in this process, limited to the calls of a block storage service. */
export class NovaStandIn {
  /** Received requests: `GET <path>`, headers, and the body if any. */
  readonly asked: Request[] = [];
  /** Existing servers; lists use the insertion order. */
  readonly servers = new Map<string, NovaServer>();
  readonly deleted = new Set<string>();
  isHanging = false;
  /** Longest page of the server list. */
  maxLimit = 1000;
  /** Response to every request, if set. */
  refusal: { readonly status: number; readonly body?: unknown } | null = null;
  private readonly answers = new Map<string, NovaAnswer>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Starts it; returns the URL of its API. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${ROOT}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  says(serverId: string, volumeId: string, answer: NovaAnswer): void {
    this.answers.set(`${ROOT}/servers/${serverId}/os-volume_attachments/${volumeId}`, answer);
  }

  /** Events received so far, in all requests. */
  get events(): any[] {
    return this.asked.flatMap(({ body }) => body?.events ?? []);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const body = method === 'POST' ? await read(request) : undefined;
    this.asked.push({ line: `${method} ${url}`, headers, ...(body === undefined ? {} : { body }) });
    if (this.isHanging) return;
    if (this.refusal !== null) {
      reply(response, this.refusal.status, this.refusal.body ?? { fault: { message: 'as told' } });
      return;
    }
    const answer = this.answers.get(url);
    if (answer !== undefined) this.say(response, answer);
    else this.look(response, new URL(url, 'http://nova'), body);
  }

  private say(response: ServerResponse, answer: NovaAnswer): void {
    if ('status' in answer) {
      const { status, body = { computeFault: { code: status, message: 'as told' } } } = answer;
      reply(response, status, body, answer.headers);
    } else {
      reply(response, 200, { volumeAttachment: { attachment_id: answer.attachmentId, device: '/dev/vdb' } });
    }
  }

  private look(response: ServerResponse, { pathname, searchParams }: URL, body: any): void {
    const [, id = '', rest] = /^\/v2\.1\/servers\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];
    const found = this.servers.get(id);
    if (pathname === `${ROOT}/os-server-external-events`) this.take(response, body.events);
    else if (pathname === `${ROOT}/servers`) reply(response, 200, { servers: this.remembered(searchParams) });
    else if (id === 'detail') reply(response, 200, { servers: this.page(searchParams) });
    else if (found === undefined) reply(response, 404, NO_SERVER);
    else if (rest === 'os-volume_attachments') {
      const volumeAttachments = found.volumes.map(({ volumeId, attachmentId }) => ({
        volumeId,
        attachment_id: attachmentId,
      }));
      reply(response, 200, { volumeAttachments });
    } else if (rest === undefined) reply(response, 200, { server: shown(id, found) });
    else reply(response, 404, NO_SERVER);
  }

  private take(response: ServerResponse, events: readonly { server_uuid: string }[]): void {
    const codes = events.map((event) => ({
      ...event,
      code: this.servers.has(event.server_uuid) ? 200 : 404,
    }));
    reply(response, codes.every(({ code }) => code === 200) ? 200 : 207, { events: codes });
  }

  private remembered(query: URLSearchParams): object[] {
    const uuid = query.get('uuid') ?? '';
    return query.get('deleted') === 'True' && this.deleted.has(uuid) ? [{ id: uuid }] : [];
  }

  private page(query: URLSearchParams): object[] {
    const ids = [...this.servers.keys()];
    const from = query.has('marker') ? ids.indexOf(query.get('marker') ?? '') + 1 : 0;
    const length = Math.min(Number(query.get('limit')), this.maxLimit);
    return ids.slice(from, from + length).map((id) => shown(id, this.servers.get(id) ?? { volumes: [] }));
  }
}

function shown(id: string, { volumes, status = 'ACTIVE', task = null }: NovaServer): object {
  return {
    id,
    status,
    'OS-EXT-STS:task_state': task,
    'os-extended-volumes:volumes_attached': volumes.map(({ volumeId }) => ({ id: volumeId })),
  };
}

async function read(request: IncomingMessage): Promise<any> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
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
