import { redactText } from '../../../platform/logging/redact.js';
import type { EventSink, Refusal, Sent } from '../receivers/event-sink.js';
import type { StreamEvent } from '../stream/stream-event.js';
import { webhookRequest } from './webhook-request.js';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  /** Types of events to send; undefined for all. */
  readonly types?: readonly string[] | undefined;
  readonly timeoutMs: number;
  /** Names this deployment in the events. */
  readonly source: string;
}

/** Answers that another try may change. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429]);

/** Posts events to a webhook, one after the other. */
export class WebhookSink implements EventSink {
  constructor(private readonly options: WebhookOptions) {}

  async send(events: readonly StreamEvent[], signal: AbortSignal): Promise<Sent> {
    const { types } = this.options;
    const at = events.findIndex(({ type }) => types === undefined || types.includes(type));
    const event = events[at];
    if (event === undefined) return { taken: events.length, delivered: 0, refusal: null };
    const refusal = await this.post(event, signal);
    return refusal === null ? { taken: at + 1, delivered: 1, refusal } : { taken: at, delivered: 0, refusal };
  }

  close(): void {
    // No connection outlives its request.
  }

  /** @returns null once the receiver has taken the event. */
  private async post(event: StreamEvent, stop: AbortSignal): Promise<Refusal | null> {
    const { url, secret, source, timeoutMs } = this.options;
    const { headers, body } = webhookRequest(event, { source, secret, seconds: Date.now() / 1000 });
    // AbortSignal.any would leave an entry in the long-lived signal for each request.
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const timer = setTimeout(end, timeoutMs);
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    try {
      const { signal } = abort;
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.body?.cancel();
      if (response.ok) return null;
      const { status } = response;
      return { reason: `status ${String(status)}`, isFinal: status < 500 && !TEMPORARY.has(status) };
    } catch (error) {
      const { cause = error } = error as Error;
      const isLate = abort.signal.aborted && !stop.aborted;
      const reason = isLate
        ? `no answer within ${String(timeoutMs)} ms`
        : redactText((cause as Error).message);
      return { reason, isFinal: false };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
    }
  }
}
