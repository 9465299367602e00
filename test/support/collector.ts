import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as it arrived. */
export interface TakenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 inside of the server, 2 a request that was received, 3 one that was sent. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** True if it failed. */
  readonly isError: boolean;
}

/** A collector of traces in this process: OTLP over HTTP, in JSON. */
export class CollectorStandIn {
  readonly spans: TakenSpan[] = [];
  /** Everything that arrived, as texts. */
  readonly texts: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Attributes of the last sender. */
  resource: Readonly<Record<string, unknown>> = {};
  requests = 0;
  mode: 'up' | 'failing' | 'silent' = 'up';
  private readonly server: Server;
  private readonly held: ServerResponse[] = [];
  private readonly waiting = new Set<() => void>();

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Starts it; returns its base URL. */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    // A sender that is refused does not try again.
    for (const response of this.held) response.writeHead(400).end();
    this.server.closeIdleConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Resolves once something has arrived that meets the condition. */
  async until(isMet: () => boolean): Promise<void> {
    while (!isMet()) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** Returns the spans of a trace once its request has arrived, which ends after its parts. */
  async traceOf(isRequest: (span: TakenSpan) => boolean): Promise<TakenSpan[]> {
    await this.until(() => this.spans.some(isRequest));
    const { traceId } = this.spans.find(isRequest)!;
    return this.spans.filter((span) => span.traceId === traceId);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { resourceSpans } = (await json(request)) as any;
    this.requests += 1;
    this.headers.push(request.headers);
    if (this.mode === 'up' && request.url === '/v1/traces') {
      this.texts.push(JSON.stringify(resourceSpans));
      for (const { resource, scopeSpans } of resourceSpans) {
        this.resource = valuesOf(resource.attributes);
        this.spans.push(...scopeSpans.flatMap((scope: any) => scope.spans.map(taken)));
      }
      response.setHeader('Content-Type', 'application/json').end('{}');
    } else if (this.mode === 'silent') this.held.push(response);
    else response.writeHead(400).end();
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

function taken({ attributes, links = [], status, ...span }: any): TakenSpan {
  return { ...span, attributes: valuesOf(attributes), links, isError: status.code === 2 };
}

function valuesOf(attributes: readonly any[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
