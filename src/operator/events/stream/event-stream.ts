import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';
import { type EventFilter, isWanted } from './event-filter.js';
import type { EventPage } from './events.reader.js';
import type { EventTail } from './event-tail.js';
import { frameOf, GAP_TYPE, type StreamEvent } from './stream-event.js';

/** Where a reader gets events: the newest from memory, older ones page by page. */
export interface EventSource {
  readonly tail: Pick<EventTail, 'after'>;
  /** Reads events that are not in memory, in turn with other readers. Null if it is not needed any more by then. */
  page(after: number, isNeeded: () => boolean): Promise<EventPage | null>;
}

/** Where a reader begins. */
export interface EventStart {
  readonly position: number;
  readonly id: string;
  /** True if the reader's own place is unknown here: it must be told. */
  readonly isElsewhere: boolean;
}

/** Milliseconds after which clients reconnect. */
const RETRY_MS = 1000;

/**
 * The stream of one reader (docs/adr/0035). Keeps a place in the stream, never events: while the client takes nothing,
 * nothing is read for it.
 */
export class EventStream {
  readonly openedAtMs = performance.now();
  private position: number;
  private id: string;
  private blockedAtMs: number | null = null;
  private isReading = false;
  private isClosed = false;
  /** The last removal that the reader knows of. */
  private knownRemoval = 0;
  private readonly goOn = (): void => {
    this.blockedAtMs = null;
    this.deliver();
  };

  constructor(
    private readonly socket: Socket,
    private readonly filter: EventFilter,
    private readonly source: EventSource,
    { position, id, isElsewhere }: EventStart,
  ) {
    this.position = position;
    this.id = id;
    this.write(`retry: ${String(RETRY_MS)}\nid: ${id}\n\n`);
    if (isElsewhere) this.tellGap('unknown', id);
  }

  /** Milliseconds that the client has taken nothing of what was sent; 0 if it keeps up. */
  get blockedMs(): number {
    return this.blockedAtMs === null ? 0 : performance.now() - this.blockedAtMs;
  }

  /** Sends the events after the reader's place, as far as the client takes them. */
  deliver(): void {
    if (this.isReading || !this.canSend()) return;
    const recent = this.source.tail.after(this.position);
    if (recent === null) {
      void this.catchUp();
      return;
    }
    const { events, from } = recent;
    for (let at = from; at < events.length && this.canSend(); at += 1) this.pass(events[at] as StreamEvent);
  }

  private canSend(): boolean {
    return !this.isClosed && this.blockedAtMs === null;
  }

  /** Continues at a place of another database, of whose events the client knows none. */
  leap(position: number, id: string): void {
    if (this.isClosed) return;
    this.moveTo(position, id);
    this.tellGap('unknown', id);
  }

  /** Shows that the connection lives, and moves the client's place past events that it does not want. */
  beat(): void {
    if (this.canSend()) this.write(`: heartbeat\nid: ${this.id}\n\n`);
  }

  /** Ends the response after what was sent. */
  end(): void {
    this.close();
    // A client that has not taken everything yet could hold the connection for as long as it likes.
    if (this.socket.writableLength > 0) this.socket.destroy();
    else this.socket.destroySoon();
  }

  /** Gives up a client that takes nothing. It resumes after the last event that it got. */
  cut(): void {
    this.close();
    this.socket.destroy();
  }

  /** Sends nothing more. */
  close(): void {
    this.isClosed = true;
  }

  private async catchUp(): Promise<void> {
    this.isReading = true;
    try {
      const { position } = this;
      const page = await this.source.page(position, () => !this.isClosed);
      if (page === null || this.isClosed || this.position !== position) return;
      this.passPage(page);
    } catch {
      // The page was not read: the database is silent. The next new event, or the next beat, tries again.
      return;
    } finally {
      this.isReading = false;
    }
    this.deliver();
  }

  private passPage({ events, removed }: EventPage): void {
    if (removed > Math.max(this.position, this.knownRemoval)) {
      this.knownRemoval = removed;
      this.tellGap('expired', this.id);
    }
    for (const event of events) {
      if (!this.canSend()) return;
      this.pass(event);
    }
    if (events.length === 0 && removed > this.position) this.moveTo(removed, String(removed));
  }

  private pass(event: StreamEvent): void {
    this.moveTo(event.position, event.id);
    if (isWanted(this.filter, event)) this.write(event.frame);
  }

  private moveTo(position: number, id: string): void {
    this.position = position;
    this.id = id;
  }

  private tellGap(reason: 'expired' | 'unknown', id: string): void {
    this.write(frameOf(id, GAP_TYPE, { id, type: GAP_TYPE, reason }));
  }

  private write(text: string): void {
    if (this.socket.write(text) || this.isClosed) return;
    this.blockedAtMs = performance.now();
    this.socket.once('drain', this.goOn);
  }
}
