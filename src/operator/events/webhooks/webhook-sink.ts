import { redactText } from '../../../platform/logging/redact.js';
import type { EventSink, Refusal, Sent } from '../receivers/event-sink.js';
import type { StreamEvent } from '../stream/stream-event.js';
import { WebhookClient } from './webhook-client.js';
import { webhookBatch, type WebhookIdentity, webhookRequest } from './webhook-request.js';

export interface WebhookOptions extends WebhookIdentity {
  readonly url: string;
  /** Types of events to send; undefined for all. */
  readonly types?: readonly string[] | undefined;
  /** True to send several events in a request. */
  readonly batch: boolean;
  readonly timeoutMs: number;
}

/** Answers that another try may change. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429]);

/** Posts events to a webhook: one after the other, or as many as there are. */
export class WebhookSink implements EventSink {
  private readonly client: WebhookClient;
  /** The last event of a batch that was not taken. Up to it, events are sent alone: one of them may be the reason. */
  private aloneUpTo = 0;

  constructor(private readonly options: WebhookOptions) {
    this.client = new WebhookClient(options.url);
  }

  async send(events: readonly StreamEvent[], signal: AbortSignal): Promise<Sent> {
    const { types, batch } = this.options;
    const wanted = events.filter(({ type }) => types === undefined || types.includes(type));
    const [first] = wanted;
    if (first === undefined) return { taken: events.length, delivered: 0, refusal: null };
    const some = batch && first.position > this.aloneUpTo ? wanted : [first];
    const refusal = await this.post(some, signal);
    const last = some.at(-1) ?? first;
    if (refusal === null) return { taken: events.indexOf(last) + 1, delivered: some.length, refusal };
    const before = { taken: events.indexOf(first), delivered: 0 };
    if (some.length === 1) return { ...before, refusal };
    this.aloneUpTo = last.position;
    return { ...before, refusal: refusal.isFinal ? null : refusal };
  }

  close(): void {
    this.client.close();
  }

  /** @returns null once the receiver has taken the events. */
  private async post(events: readonly StreamEvent[], stop: AbortSignal): Promise<Refusal | null> {
    const { batch, timeoutMs } = this.options;
    const seconds = Date.now() / 1000;
    const [event] = events;
    const request =
      batch || event === undefined
        ? webhookBatch(events, this.options, seconds)
        : webhookRequest(event, this.options, seconds);
    // AbortSignal.any would leave an entry in the long-lived signal for each request.
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const timer = setTimeout(end, timeoutMs);
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    try {
      const status = await this.client.post(request, abort.signal);
      if (status >= 200 && status < 300) return null;
      return { reason: `status ${String(status)}`, isFinal: status < 500 && !TEMPORARY.has(status) };
    } catch (error) {
      const isLate = abort.signal.aborted && !stop.aborted;
      const reason = isLate
        ? `no answer within ${String(timeoutMs)} ms`
        : redactText((error as Error).message);
      return { reason, isFinal: false };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
    }
  }
}
