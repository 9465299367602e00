import type { ClientProxy, Server } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import type { Bell, BellListener, BellRinger, OnBell, TransportLog } from './transport.js';

/** Longest time that a message is worth sending, for brokers that keep messages. */
export const BELL_TTL_MS = 60_000;

/** Milliseconds between tries to reach a broker that was not there at start. */
const RETRY_MS = 1_000;

/** Entry ids and request ids are short; whatever else arrives is not ours. */
const MAX_TEXT = 64;

/** Returns the subject of the messages to a volume node. */
export function subjectOf(node: string): string {
  return `clinker.work.${node}`;
}

/** Sends messages by a client of Nest's. */
export class NestRinger implements BellRinger {
  constructor(private readonly client: Pick<ClientProxy, 'send' | 'close'>) {}

  async ring(node: string, bell: Bell): Promise<void> {
    await firstValueFrom(this.client.send(subjectOf(node), bell).pipe(timeout(bell.waitMs)));
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** What listens at a broker, of Nest's. */
interface Listening extends Pick<Server, 'addHandler'> {
  listen(callback: (error?: unknown) => void): unknown;
  close(): unknown;
}

/** Receives messages by a server of Nest's. */
export class NestListener implements BellListener {
  private timer: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isClosed = false;

  constructor(
    private readonly server: Listening,
    node: string,
    onBell: OnBell,
    private readonly log: TransportLog,
  ) {
    server.addHandler(subjectOf(node), async (message: unknown) => {
      const bell = bellOf(message);
      if (bell !== null) await onBell(bell);
      return { done: bell !== null };
    });
    this.listen();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.server.close();
  }

  private listen(): void {
    void this.server.listen((error) => this.report(error));
  }

  private report(error: unknown): void {
    if (error === undefined) {
      this.log.info('listening at the broker');
      return;
    }
    if (!this.isFailing) this.log.warn('the broker cannot be reached: work is found later, in the database');
    this.isFailing = true;
    if (!this.isClosed) this.timer = setTimeout(() => this.listen(), RETRY_MS).unref();
  }
}

/** Returns a message if it is one of ours; anyone who reaches the broker may send others. */
function bellOf(message: unknown): Bell | null {
  const { id, requestId, waitMs } = (message ?? {}) as Partial<Bell>;
  const areTexts = [id, requestId].every((text) => typeof text === 'string' && text.length <= MAX_TEXT);
  return areTexts && typeof waitMs === 'number' ? (message as Bell) : null;
}
