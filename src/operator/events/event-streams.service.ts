import { performance } from 'node:perf_hooks';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import type { RequestContext } from '../../api/auth/request-context.js';
import { endlessResponse } from '../../api/http/endless-response.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { InvalidInput, OverLimit, Unavailable } from '../../platform/errors.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { EventFilter } from './stream/event-filter.js';
import { type EventSource, EventStream, type EventStart } from './stream/event-stream.js';
import { EventTail } from './stream/event-tail.js';
import { type EventPage, EventsReader } from './stream/events.reader.js';
import { parseEventId } from './stream/stream-event.js';

/** Period in which readers are looked after. */
const SWEEP_MS = 1_000;

/** Readers that read older events at once: the others wait. */
const CATCHING_UP = 2;

/** Rest after a page of theirs, in times of its own time; and the longest. */
const REST = 2;
const LONGEST_REST_MS = 200;

/** Seconds after which a refused reader may find a place. */
const RETRY_AFTER_S = 10;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // Tells proxies of the kind of nginx to pass events on at once.
  'X-Accel-Buffering': 'no',
};

interface OpenStream {
  readonly stream: EventStream;
  beatAtMs: number;
}

/** The open streams of this process: their number, their heartbeats and their ends. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly open = new Set<OpenStream>();
  private readonly readersOf = new Map<string, number>();
  private readonly slots = new Semaphore(CATCHING_UP);
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private readonly source: EventSource;
  private replacements = 0;
  private readonly deliver = (): void => {
    this.leapIfReplaced();
    for (const { stream } of this.open) stream.deliver();
  };

  constructor(
    private readonly tail: EventTail,
    private readonly events: EventsReader,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    metrics.watchEventReaders(() => this.open.size);
    this.source = {
      tail,
      page: (after, isNeeded) => this.slots.runExclusive(() => this.page(after, isNeeded)),
    };
  }

  /** Ends all streams: their clients resume elsewhere, or after the restart. */
  onModuleDestroy(): void {
    this.isStopping = true;
    clearInterval(this.timer);
    for (const { stream } of this.open) stream.end();
  }

  /**
   * Answers with the events that the filter selects, until one side ends it.
   * @param lastEventId the last event that the client got; undefined to begin with the next one.
   * @throws InvalidInput for an id that no event has; OverLimit for too many readers; Unavailable.
   */
  async serve(
    { projectId }: Pick<RequestContext, 'projectId'>,
    filter: EventFilter,
    lastEventId: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const release = this.reserve(projectId);
    try {
      await this.tail.listen(this.deliver);
      const start = await this.startAt(lastEventId);
      if (this.isStopping) throw new Unavailable('The server is stopping. Try again shortly.', 1);
      const socket = endlessResponse(response, HEADERS);
      if (socket === null) {
        release();
        // A request that is pipelined behind another one could never be answered, and its connection would stay.
        response.req.socket.destroy();
      } else this.begin(socket, filter, start, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Rests after it, so that those who read from the beginning leave the process to the requests. */
  private async page(after: number, isNeeded: () => boolean): Promise<EventPage | null> {
    if (!isNeeded()) return null;
    const startedMs = performance.now();
    const page = await this.events.page(after);
    await sleep(Math.min(REST * (performance.now() - startedMs), LONGEST_REST_MS));
    return page;
  }

  private reserve(projectId: string): () => void {
    const ofProject = this.readersOf.get(projectId) ?? 0;
    if (ofProject >= this.config.max_event_readers_per_project || this.count >= this.config.max_event_readers)
      throw new OverLimit('There are too many readers of events.', RETRY_AFTER_S);
    this.readersOf.set(projectId, ofProject + 1);
    this.count += 1;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.count -= 1;
      const left = (this.readersOf.get(projectId) ?? 1) - 1;
      if (left === 0) this.readersOf.delete(projectId);
      else this.readersOf.set(projectId, left);
      if (this.count === 0) this.rest();
    };
  }

  /** Tells all readers if their places are of a database that is no longer there. */
  private leapIfReplaced(): void {
    const { replacements, position, newest } = this.tail;
    if (replacements === this.replacements) return;
    this.replacements = replacements;
    for (const { stream } of this.open) stream.leap(position, newest?.id ?? String(position));
  }

  private async startAt(lastEventId: string | undefined): Promise<EventStart> {
    const newest = { position: this.tail.position, id: this.tail.newest?.id ?? String(this.tail.position) };
    if (lastEventId === undefined) return { ...newest, isElsewhere: false };
    const wanted = parseEventId(lastEventId);
    if (wanted === null)
      throw new InvalidInput('Invalid input received: Last-Event-ID is not the id of an event.');
    const own = { position: wanted.position, id: lastEventId, isElsewhere: false };
    const there = await this.events.at(wanted.position);
    const isKnown =
      there === null ? wanted.position <= newest.position : wanted.tag === null || there.id === lastEventId;
    // Its place is one of another database, of which this one is an older copy.
    return isKnown ? own : { ...newest, isElsewhere: true };
  }

  private begin(socket: Socket, filter: EventFilter, start: EventStart, release: () => void): void {
    const stream = new EventStream(socket, filter, this.source, start);
    // Readers that come at once do not all get their heartbeats at once.
    const one = { stream, beatAtMs: performance.now() + Math.random() * this.config.event_heartbeat_ms };
    this.open.add(one);
    socket.once('close', () => {
      stream.close();
      this.open.delete(one);
      release();
    });
    this.timer ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    stream.deliver();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.tail.leave(this.deliver);
  }

  private sweep(): void {
    const now = performance.now();
    for (const one of this.open) {
      const { stream } = one;
      if (stream.blockedMs > this.config.event_stall_ms) {
        this.metrics.eventReaderCut();
        stream.cut();
      } else if (now - stream.openedAtMs > this.config.event_stream_s * 1000) stream.end();
      else if (now >= one.beatAtMs) {
        one.beatAtMs = now + this.config.event_heartbeat_ms;
        stream.beat();
        stream.deliver();
      }
    }
  }
}
