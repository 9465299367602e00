import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { redactText } from '../../platform/logging/redact.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { EventDelivery } from './event-delivery.js';
import type { EventsReader } from './events.reader.js';
import type { EventTail } from './event-tail.js';
import type { StreamEvent } from './stream-event.js';
import { webhookRequest } from './webhook-request.js';

export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  /** Types of events to send; undefined for all. */
  readonly types?: readonly string[] | undefined;
  readonly timeoutMs: number;
  /** Milliseconds after which an event that is not taken becomes a dead letter. */
  readonly retryMs: number;
  /** Names this deployment in the events. */
  readonly source: string;
}

export interface WebhookTools {
  readonly events: EventsReader;
  readonly tail: Pick<EventTail, 'position'>;
  readonly delivery: EventDelivery;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Pauses before a repetition: they double. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Pause of a server that is not the one to deliver, and of one whose database fails. */
const REST_MS = 3_000;

/** Pause after a page without events although there are newer ones. */
const EMPTY_PAUSE_MS = 200;

/** Events sent between two records of how far they were delivered: so many may be sent again after a crash. */
const RECORD_EVERY = 50;

/** Answers that another try may change. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429]);

type Outcome = 'delivered' | 'dead letter' | 'stopped';

/** Sends events to one receiver, one after the other, in the order of the stream (docs/adr/0035). */
export class Webhook {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private wake: (() => void) | null = null;
  private position: number | null = null;
  /** The last removal that was logged. */
  private knownRemoval = 0;

  constructor(
    private readonly options: WebhookOptions,
    private readonly tools: WebhookTools,
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
          { err: error, webhook: this.options.name },
          'events cannot be read for a webhook',
        );
        this.position = null;
        await this.pause(REST_MS);
      }
    }
  }

  private async deliver(): Promise<void> {
    const { events, tail, delivery } = this.tools;
    this.position ??= await delivery.begin(this.cursor, tail.position);
    if (this.position === null) {
      await this.pause(REST_MS);
      return;
    }
    const page = await events.page(this.position);
    this.tools.metrics.webhookBehind(this.options.name, Math.max(0, tail.position - this.position));
    if (page.removed > Math.max(this.position, this.knownRemoval)) {
      this.knownRemoval = page.removed;
      this.tools.log.error({ webhook: this.options.name }, 'events expired before a webhook took them');
    }
    for (let at = 0; at < page.events.length && !this.isStopping(); at += RECORD_EVERY)
      if (!(await this.deliverSome(page.events.slice(at, at + RECORD_EVERY)))) return;
    if (page.events.length > 0) return;
    this.position = Math.max(this.position, page.removed);
    await this.untilNotified();
  }

  /** @returns false if this server is no longer to deliver. */
  private async deliverSome(some: readonly StreamEvent[]): Promise<boolean> {
    let last: number | null = null;
    for (const event of some) {
      if ((await this.deliverOne(event)) === 'stopped') break;
      last = event.position;
    }
    if (last === null) return true;
    this.position = last;
    if (await this.tools.delivery.advance(this.cursor, last)) return true;
    this.position = null;
    return false;
  }

  private async deliverOne(event: StreamEvent): Promise<Outcome> {
    const { name, types, retryMs } = this.options;
    if (types !== undefined && !types.includes(event.type)) return 'delivered';
    const startedMs = performance.now();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const refusal = await this.send(event);
      if (refusal === null) {
        this.tools.metrics.webhookTried(name, 'delivered');
        return 'delivered';
      }
      if (this.isStopping()) return 'stopped';
      if (refusal.isFinal || performance.now() - startedMs > retryMs) {
        this.tools.metrics.webhookTried(name, 'dead');
        this.tools.log.error(
          { webhook: name, reason: refusal.reason, event: event.view },
          'a webhook did not take an event: it is not sent again',
        );
        return 'dead letter';
      }
      this.tools.metrics.webhookTried(name, 'failed');
      if (pauseMs === FIRST_PAUSE_MS)
        this.tools.log.warn(
          { webhook: name, reason: refusal.reason, event: event.id },
          'a webhook does not take an event: it will be sent again',
        );
      await this.pause(pauseMs);
      if (this.isStopping()) return 'stopped';
    }
  }

  /** @returns null once the receiver has taken the event. */
  private async send(
    event: StreamEvent,
  ): Promise<{ readonly reason: string; readonly isFinal: boolean } | null> {
    const { url, secret, source, timeoutMs } = this.options;
    const { headers, body } = webhookRequest(event, { source, secret, seconds: Date.now() / 1000 });
    // AbortSignal.any would leave an entry in the long-lived signal for each request.
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const timer = setTimeout(end, timeoutMs);
    this.stopping.signal.addEventListener('abort', end);
    if (this.isStopping()) end();
    try {
      const { signal } = abort;
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.body?.cancel();
      if (response.ok) return null;
      const { status } = response;
      return { reason: `status ${String(status)}`, isFinal: status < 500 && !TEMPORARY.has(status) };
    } catch (error) {
      const { cause = error } = error as Error;
      const isLate = abort.signal.aborted && !this.isStopping();
      const reason = isLate
        ? `no answer within ${String(timeoutMs)} ms`
        : redactText((cause as Error).message);
      return { reason, isFinal: false };
    } finally {
      clearTimeout(timer);
      this.stopping.signal.removeEventListener('abort', end);
    }
  }

  private get cursor(): string {
    return `webhook ${this.options.name}`;
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
