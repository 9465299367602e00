import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex, withTimeout } from 'async-mutex';
import type { Logger } from 'pino';
import { Conflict } from '../../../platform/errors.js';
import { type EventPage, type EventsReader, PAGE } from '../stream/events.reader.js';
import type { EventTail } from '../stream/event-tail.js';
import type { StreamEvent } from '../stream/stream-event.js';
import type { EventDelivery } from './event-delivery.js';
import type { NewDeadLetter } from './dead-letters.repository.js';
import type { EventSink, Refusal } from './event-sink.js';

/** Outcomes of sending an event: `failed` ones are sent again, `dead` ones are given up. */
export type SendOutcome = 'delivered' | 'failed' | 'dead';

/** A receiver as its operator knows it. */
export interface ReceiverOptions {
  /** Names it in the log. */
  readonly name: string;
  /** Name of its place in the stream. */
  readonly cursor: string;
  /** Milliseconds after which an event that is not taken is given up; Infinity for never. */
  readonly retryMs: number;
  readonly sink: EventSink;
  /** For events that are sent once more, out of turn; undefined where none is given up. */
  readonly again?: EventSink;
  /** Counts events that were sent. */
  readonly count: (outcome: SendOutcome, events: number) => void;
  /** Tells how many events are left to send. */
  readonly setBehind: (events: number) => void;
}

export interface ReceiverTools {
  readonly events: EventsReader;
  readonly tail: Pick<EventTail, 'after' | 'position' | 'replacements'>;
  readonly delivery: EventDelivery;
  readonly log: Logger;
  /** Time after which another server may take over from one that gives no sign of life. */
  readonly leaseMs: number;
}

/** Pauses before a repetition: they double. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Pause of a server that is not the one to deliver, and of one whose database fails. */
const REST_MS = 3_000;

/** Pause after a page without events although there are newer ones. */
const EMPTY_PAUSE_MS = 200;

/** Longest wait of an event that is sent again for those before it, in milliseconds. */
const TURN_MS = 10_000;

/** Events sent between two records of how far they were delivered: so many may be sent again after a crash. */
const RECORD_EVERY = 50;

/** Delivers events to one receiver, in the order of the stream, at least once (docs/adr/0036). */
export class EventReceiver {
  private readonly stopping = new AbortController();
  private readonly turns = withTimeout(
    new Mutex(),
    TURN_MS,
    new Conflict('Other events are being sent to this receiver again. Try again later.'),
  );
  private running: Promise<void> = Promise.resolve();
  private wake: (() => void) | null = null;
  /** The last event that was delivered; null while another server delivers. */
  private position: number | null = null;
  private replacements = 0;
  /** When this server last knew that it is the one to deliver. */
  private ownedMs = 0;
  /** The last removal that was logged. */
  private knownRemoval = 0;

  constructor(
    private readonly options: ReceiverOptions,
    private readonly tools: ReceiverTools,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Tells that there may be new events. */
  notify(): void {
    this.wake?.();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.notify();
    await this.running;
    this.options.sink.close();
    this.options.again?.close();
    // Without it another server takes over only once it notices that this one has gone.
    if (this.position !== null) await this.tools.delivery.end(this.options.cursor).catch(() => undefined);
  }

  /** Names it in the log. */
  get name(): string {
    return this.options.name;
  }

  /**
   * Sends an event once more, out of turn.
   * @returns why it was not taken; null if it was.
   * @throws Conflict if too many others are being sent again.
   */
  async sendAgain(event: StreamEvent): Promise<Refusal | null> {
    const { again = this.options.sink } = this.options;
    const { delivered, refusal } = await this.turns.runExclusive(() =>
      again.send([event], this.stopping.signal),
    );
    if (refusal === null && delivered === 0)
      return { reason: 'the receiver does not get events of this type', isFinal: true };
    this.options.count(refusal === null ? 'delivered' : 'failed', 1);
    return refusal;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.isStopping()) {
      try {
        await this.deliver();
      } catch (error) {
        this.tools.log.warn(
          { err: error, receiver: this.options.name },
          'events cannot be read for a receiver',
        );
        this.position = null;
        await this.pause(REST_MS);
      }
    }
  }

  private async deliver(): Promise<void> {
    await this.findPlace();
    if (this.position === null) {
      await this.pause(REST_MS);
      return;
    }
    const page = await this.pageAfter(this.position);
    this.tellBehind();
    if (page.removed > Math.max(this.position, this.knownRemoval)) {
      this.knownRemoval = page.removed;
      this.tools.log.error({ receiver: this.options.name }, 'events expired before a receiver took them');
    }
    for (let at = 0; at < page.events.length && !this.isStopping(); at += RECORD_EVERY)
      if (!(await this.deliverSome(page.events.slice(at, at + RECORD_EVERY)))) return;
    if (page.events.length > 0) return;
    this.position = Math.max(this.position, page.removed);
    await this.untilNotified();
  }

  /** The newest events are in memory; who is further behind reads pages. */
  private async pageAfter(position: number): Promise<Omit<EventPage, 'isFull'>> {
    const { events, tail } = this.tools;
    const recent = tail.after(position);
    if (recent === null) return events.page(position);
    return { events: recent.events.slice(recent.from, recent.from + PAGE), removed: 0 };
  }

  /** Reads its place, unless it is known; an older copy of the database has another one. */
  private async findPlace(): Promise<void> {
    const { tail, delivery } = this.tools;
    if (this.replacements !== tail.replacements) this.position = null;
    this.replacements = tail.replacements;
    if (this.position !== null) return;
    this.position = await delivery.begin(this.options.cursor, tail.position);
    this.ownedMs = performance.now();
  }

  /** @returns false if this server is no longer to deliver. */
  private async deliverSome(some: readonly StreamEvent[]): Promise<boolean> {
    const { sink, count } = this.options;
    let done = 0;
    let tries = new Tries();
    while (done < some.length && !this.isStopping()) {
      if (this.mayBeReplaced() && !(await this.record(some[done - 1]))) return false;
      const { taken, delivered, refusal } = await sink.send(some.slice(done), this.stopping.signal);
      if (taken > 0) {
        count('delivered', delivered);
        done += taken;
        tries = new Tries();
      }
      const refused = some[done];
      if (refusal === null || refused === undefined || this.isStopping()) continue;
      if (refusal.isFinal || tries.durationMs > this.options.retryMs) {
        if (!(await this.giveUp(refused, refusal, tries.count))) return false;
        done += 1;
        tries = new Tries();
        continue;
      }
      count('failed', 1);
      if (tries.isFirst) this.tellOfFailure(refused, refusal);
      if (!(await this.record(some[done - 1]))) return false;
      await this.pause(tries.nextPauseMs());
    }
    return this.record(some[done - 1]);
  }

  /** Records how far events were delivered. @returns false if another server delivers now, or the place is to be read anew. */
  private async record(last: StreamEvent | undefined, letter?: NewDeadLetter): Promise<boolean> {
    if (this.replacements !== this.tools.tail.replacements) {
      this.position = null;
      return false;
    }
    const position = last?.position ?? this.position ?? 0;
    const isOwn = await this.tools.delivery.advance(this.options.cursor, position, letter);
    this.position = isOwn ? position : null;
    this.ownedMs = performance.now();
    this.tellBehind();
    return isOwn;
  }

  /** Returns whether so much time has passed that another server may deliver soon. */
  private mayBeReplaced(): boolean {
    return performance.now() - this.ownedMs > this.tools.leaseMs / 2;
  }

  private tellBehind(): void {
    const newest = this.tools.tail.position;
    this.options.setBehind(Math.max(0, newest - (this.position ?? newest)));
  }

  /** @returns false if this server is no longer to deliver. */
  private async giveUp(event: StreamEvent, { reason }: Refusal, tries: number): Promise<boolean> {
    const receiver = this.options.name;
    if (!(await this.record(event, { receiver, event, reason, tries }))) return false;
    this.options.count('dead', 1);
    this.tools.log.error(
      { receiver, reason, event: event.view },
      'a receiver did not take an event: it is not sent again',
    );
    return true;
  }

  private tellOfFailure(event: StreamEvent, { reason }: Refusal): void {
    this.tools.log.warn(
      { receiver: this.options.name, reason, event: event.id },
      'a receiver does not take an event: it will be sent again',
    );
  }

  private async untilNotified(): Promise<void> {
    // What came while the page was read; or an older copy of the database has taken its place, and nothing will come for now.
    if (this.isBehind()) {
      await this.pause(EMPTY_PAUSE_MS);
      return;
    }
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.isStopping()) resolve();
    });
    this.wake = null;
  }

  private isBehind(): boolean {
    return this.tools.tail.position > (this.position ?? 0);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
  }
}

/** The tries to send one event. */
class Tries {
  private readonly startedMs = performance.now();
  private failures = 0;
  private pauseMs = FIRST_PAUSE_MS;

  get isFirst(): boolean {
    return this.failures === 0;
  }

  /** The failed ones, with that which is being judged. */
  get count(): number {
    return this.failures + 1;
  }

  get durationMs(): number {
    return performance.now() - this.startedMs;
  }

  nextPauseMs(): number {
    const pauseMs = this.pauseMs;
    this.failures += 1;
    this.pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return pauseMs;
  }
}
