import type { ClientProxy, Server } from '@nestjs/microservices';
import { EmptyResponseException } from '@nestjs/microservices/errors/empty-response.exception.js';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { redactText } from '../../platform/logging/redact.js';
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

/** Logs why a broker cannot be used: once for each reason, until it can be used again. */
class BrokerTrouble {
  private reason: string | null = null;
  private isOver = false;

  constructor(private readonly log: TransportLog) {}

  begin(error: unknown): void {
    if (this.isOver) return;
    const reason = whyOf(error);
    if (reason !== this.reason)
      this.log.warn(`the broker cannot be used (${reason}): work is found later, in the database`);
    this.reason = reason;
  }

  end(): void {
    if (this.reason !== null) this.log.info('the broker can be used again');
    this.reason = null;
  }

  /** A connection that this process closes itself is no trouble. */
  ignoreFurther(): void {
    this.isOver = true;
  }
}

/** Sends messages by a client of Nest's. */
export class NestRinger implements BellRinger {
  private readonly trouble: BrokerTrouble;

  constructor(
    private readonly client: Pick<ClientProxy, 'send' | 'close'>,
    log: TransportLog,
  ) {
    this.trouble = new BrokerTrouble(log);
  }

  async ring(node: string, bell: Bell): Promise<void> {
    try {
      await firstValueFrom(this.client.send(subjectOf(node), bell).pipe(timeout(bell.waitMs)));
      this.trouble.end();
    } catch (error) {
      // Whether the broker or the node is silent is not known; or the broker knows that the node does not listen.
      const isOfNode = error instanceof TimeoutError || error instanceof EmptyResponseException;
      if (!isOfNode) this.trouble.begin(error);
      throw error;
    }
  }

  /** For what the client hears of apart from what it sends. */
  noteTrouble(error: unknown): void {
    this.trouble.begin(error);
  }

  async close(): Promise<void> {
    this.trouble.ignoreFurther();
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
  private readonly trouble: BrokerTrouble;
  private isClosed = false;

  constructor(
    private readonly server: Listening,
    node: string,
    onBell: OnBell,
    private readonly log: TransportLog,
  ) {
    this.trouble = new BrokerTrouble(log);
    server.addHandler(subjectOf(node), async (message: unknown) => {
      const bell = bellOf(message);
      if (bell !== null) await onBell(bell);
      return { done: bell !== null };
    });
    this.listen();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.trouble.ignoreFurther();
    clearTimeout(this.timer);
    await this.server.close();
  }

  /** For what tries to reach the broker again by itself. */
  noteTrouble(error: unknown): void {
    this.trouble.begin(error);
  }

  noteEnd(): void {
    this.trouble.end();
  }

  private listen(): void {
    void this.server.listen((error) => this.report(error));
  }

  private report(error: unknown): void {
    if (error === undefined) {
      this.trouble.end();
      this.log.info('listening at the broker');
      return;
    }
    this.trouble.begin(error);
    if (!this.isClosed) this.timer = setTimeout(() => this.listen(), RETRY_MS).unref();
  }
}

/** What a broker's client says of a failure, which Nest may have wrapped. */
function whyOf(error: unknown): string {
  const { err = error } = (error ?? {}) as { readonly err?: unknown };
  return redactText(err instanceof Error ? err.message : String(err));
}

/** Returns a message if it is one of ours; anyone who reaches the broker may send others. */
function bellOf(message: unknown): Bell | null {
  const { id, requestId, waitMs } = (message ?? {}) as Partial<Bell>;
  const areTexts = [id, requestId].every((text) => typeof text === 'string' && text.length <= MAX_TEXT);
  return areTexts && typeof waitMs === 'number' ? (message as Bell) : null;
}
