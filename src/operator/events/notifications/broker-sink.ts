import { redactText } from '../../../platform/logging/redact.js';
import type { EventSink, Sent } from '../receivers/event-sink.js';
import type { StreamEvent } from '../stream/stream-event.js';
import type { Broker, BrokerOptions, Published } from './broker.js';
import { cinderEvents } from './cinder-event.js';
import { notificationsOf } from './notification.js';
import type { NotifiedVolumesReader } from './notified-volumes.reader.js';

/** Publishes Cinder's notifications of events on a broker. */
export class BrokerSink implements EventSink {
  private broker: Broker | null = null;

  constructor(
    private readonly options: BrokerOptions,
    private readonly volumes: NotifiedVolumesReader,
  ) {}

  async send(events: readonly StreamEvent[], signal: AbortSignal): Promise<Sent> {
    const notified = events.filter(({ row }) => cinderEvents(row).length > 0);
    if (notified.length === 0) return { taken: events.length, delivered: 0, refusal: null };
    const known = await this.volumes.read(
      distinct(notified.map(({ volumeId }) => volumeId)),
      distinct(notified.map(({ row }) => row.attachment_id)),
    );
    try {
      this.broker ??= await this.open(signal);
      const messages = events.map((event) => notificationsOf(event, known));
      const published = await this.broker.publish(messages.flat(), signal);
      const counts = messages.map(({ length }) => length);
      const sent = outcome(counts, published);
      // A new connection creates a queue that is missing.
      if (sent.refusal !== null) this.close();
      return sent;
    } catch (error) {
      this.close();
      return {
        taken: 0,
        delivered: 0,
        refusal: { reason: redactText((error as Error).message), isFinal: false },
      };
    }
  }

  private async open(signal: AbortSignal): Promise<Broker> {
    // With its protocol, which is loaded only where a broker is configured.
    const { Broker } = await import('./broker.js');
    return Broker.open(this.options, signal);
  }

  close(): void {
    this.broker?.close();
    this.broker = null;
  }
}

/** @param counts messages of each event. */
function outcome(counts: readonly number[], { taken: delivered, problem }: Published): Sent {
  if (problem === null) return { taken: counts.length, delivered, refusal: null };
  let messages = 0;
  const taken = counts.findIndex((count) => (messages += count) > delivered);
  return { taken, delivered, refusal: { reason: redactText(problem), isFinal: false } };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
