import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** A server-sent event. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: any;
}

export interface ReaderOptions {
  readonly token: string;
  /** Segment of the path; none by default. */
  readonly projectId?: string;
  readonly query?: string;
  readonly lastEventId?: string;
}

/** A client of `/v3/events`. */
export class EventReader {
  readonly events: ReceivedEvent[] = [];
  /** The place to resume from. */
  lastEventId = '';
  heartbeats = 0;
  isEnded = false;
  private rest = '';
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('close', () => {
      this.isEnded = true;
      this.notify();
    });
    response.on('error', () => undefined);
  }

  /** Resolves once the server has answered. */
  static async open(
    url: string,
    { token, projectId, query = '', lastEventId }: ReaderOptions,
  ): Promise<EventReader> {
    const base = projectId === undefined ? `${url}/v3` : `${url}/v3/${projectId}`;
    const sent = request(`${base}/events${query}`, {
      agent: false,
      headers: {
        'X-Auth-Token': token,
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      },
    });
    sent.on('error', () => undefined);
    sent.end();
    const [response] = (await Promise.race([
      once(sent, 'response'),
      once(sent, 'close').then(() => {
        throw new Error('the server went away before it answered');
      }),
    ])) as [IncomingMessage];
    const reader = new EventReader(sent, response);
    await reader.until(() => reader.lastEventId !== '' || response.statusCode !== 200);
    return reader;
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** Resolves when the server has ended the stream. */
  async untilEnded(): Promise<void> {
    while (!this.isEnded) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  close(): void {
    this.sent.destroy();
  }

  /** Resolves once the condition holds, which is checked after whatever arrives. @throws when the stream ends before. */
  async until(isMet: () => boolean): Promise<void> {
    while (!isMet()) {
      if (this.isEnded) throw new Error(`the stream ended with ${JSON.stringify(this.types)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  private notify(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private take(chunk: string): void {
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) this.read(block);
    this.notify();
  }

  private read(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
      if (name === '' && value === 'heartbeat') this.heartbeats += 1;
      fields.set(name, value);
    }
    const { id = this.lastEventId, event: type = '', data } = Object.fromEntries(fields);
    this.lastEventId = id;
    if (data !== undefined) this.events.push({ id, type, data: JSON.parse(data) });
  }
}
