import type { ClientProxy, Server } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import type { Bell, BellListener, BellRinger, OnBell } from './transport.js';

/** Longest time that a message is worth sending, for brokers that keep messages. */
export const BELL_TTL_MS = 60_000;

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
  constructor(
    private readonly server: Listening,
    node: string,
    onBell: OnBell,
    onReady: (error?: unknown) => void,
  ) {
    server.addHandler(subjectOf(node), async (message: unknown) => {
      const bell = bellOf(message);
      if (bell !== null) await onBell(bell);
      return { done: bell !== null };
    });
    void server.listen(onReady);
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

/** Returns a message if it is one of ours; anyone who reaches the broker may send others. */
function bellOf(message: unknown): Bell | null {
  const { id, requestId, waitMs } = (message ?? {}) as Partial<Bell>;
  const areTexts = [id, requestId].every((text) => typeof text === 'string' && text.length <= MAX_TEXT);
  return areTexts && typeof waitMs === 'number' ? (message as Bell) : null;
}
