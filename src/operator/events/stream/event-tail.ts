import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../../platform/logging/logger.js';
import { outsideTraces } from '../../../platform/spans.js';
import { EventSequencer } from './event-sequencer.js';
import { EventsReader } from './events.reader.js';
import type { StreamEvent } from './stream-event.js';

/** Pause between two looks for new events. */
const POLL_MS = 200;

/** Events that are kept for readers who are a little behind. */
const KEPT = 2_000;

/** Events before the newest that are read at the start: clients that reconnect after a restart need them all. */
const RECENT = 500;

/** Looks without events from one check of the database's identity to the next. */
const LOOKS_PER_CHECK = 5;

/** Pages read in one look; the next look continues. */
const PAGES = 10;

type Listener = () => void;

/**
 * The newest events, read once for all readers of this process (docs/adr/0035). It reads only while somebody listens.
 */
@Injectable()
export class EventTail implements OnModuleDestroy {
  private readonly listeners = new Set<Listener>();
  private kept: StreamEvent[] = [];
  /** Position after which `kept` has every event. */
  private floor = 0;
  private last = 0;
  /** Id of the event at `last`; null if it is not known. */
  private lastId: string | null = null;
  private looks = 0;
  private starting: Promise<void> | null = null;
  private isStarted = false;
  private replaced = 0;
  private isStopping = false;
  private isFailing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly events: EventsReader,
    private readonly sequencer: EventSequencer,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  /** The position of the newest event that was read. */
  get position(): number {
    return this.last;
  }

  /** How often another database was found in the place of the one that was read: positions from before mean nothing. */
  get replacements(): number {
    return this.replaced;
  }

  /** The newest event that was read; null if there is none. */
  get newest(): StreamEvent | null {
    return this.kept.at(-1) ?? null;
  }

  /** Calls `listener` after new events were read. Resolves when the newest are there. @throws Unavailable */
  async listen(listener: Listener): Promise<void> {
    this.listeners.add(listener);
    if (this.isStarted) return;
    // Its looks go on for all readers, long after the first one's request.
    this.starting ??= outsideTraces(() => this.start()).finally(() => {
      this.starting = null;
    });
    await this.starting;
  }

  /** Once the last one has left, nothing is read any more. */
  leave(listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** The events after a position; null if they are not kept. The array may be longer: it begins at `from`. */
  after(position: number): { readonly events: readonly StreamEvent[]; readonly from: number } | null {
    if (position < this.floor) return null;
    return { events: this.kept, from: indexAfter(this.kept, position) };
  }

  private async start(): Promise<void> {
    while ((await this.sequencer.sequence()) === 'more');
    const { newest, removed } = await this.events.ends();
    this.beginAt(Math.max(0, newest - RECENT, removed));
    while (await this.readPage());
    this.isStarted = true;
    this.wait();
  }

  private wait(): void {
    if (!this.isStopping) this.timer = setTimeout(() => void this.goOn(), POLL_MS).unref();
  }

  /** The only place that stops: a start never meets a look that is under way. */
  private async goOn(): Promise<void> {
    if (this.listeners.size === 0) {
      this.isStarted = false;
      return;
    }
    await this.look();
    this.wait();
  }

  private async look(): Promise<void> {
    try {
      await this.sequencer.sequence();
      this.looks += 1;
      if (this.looks % LOOKS_PER_CHECK === 0) await this.checkDatabase();
      for (let page = 0; page < PAGES && (await this.readPage()); page += 1);
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ err: error }, 'events cannot be read: their readers wait');
      this.isFailing = true;
    }
  }

  /** @returns true if there may be more. */
  private async readPage(): Promise<boolean> {
    const { events, removed, isFull } = await this.events.page(this.last, 'reader');
    if (events.length > 0 && (await this.checkDatabase())) return true;
    // Whoever needs what was removed learns of it where he reads pages of his own.
    if (removed > this.last) this.beginAt(removed);
    for (const event of events) if (event.position > this.last) this.kept.push(event);
    this.last = this.kept.at(-1)?.position ?? this.last;
    this.lastId = this.kept.at(-1)?.id ?? this.lastId;
    if (this.kept.length > KEPT) this.forget(this.kept.length - KEPT);
    if (events.length > 0) this.tellListeners();
    return isFull;
  }

  private tellListeners(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * Begins anew if another database, for example an older copy, has taken the place of the one that was read.
   * @returns true if so.
   */
  private async checkDatabase(): Promise<boolean> {
    if (this.lastId === null) return false;
    const there = await this.events.at(this.last);
    if (there?.id === this.lastId) return false;
    const { newest, removed } = await this.events.ends();
    // It was removed in its turn.
    if (there === null && removed >= this.last) return false;
    this.log.warn('another database has taken the place of the one that was read: events begin anew');
    this.replaced += 1;
    this.beginAt(newest);
    this.lastId = (await this.events.at(newest))?.id ?? null;
    this.tellListeners();
    return true;
  }

  private beginAt(position: number): void {
    this.kept = [];
    this.floor = position;
    this.last = position;
    this.lastId = null;
  }

  private forget(count: number): void {
    this.floor = this.kept[count - 1]?.position ?? this.floor;
    this.kept = this.kept.slice(count);
  }
}

/** The index of the first event after a position. */
function indexAfter(events: readonly StreamEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
