import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { ConfigError } from '../../platform/config/load-config.js';
import { didYouMean } from '../../platform/did-you-mean.js';
import { Conflict } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { BrokerSink } from './notifications/broker-sink.js';
import { NotifiedVolumesReader } from './notifications/notified-volumes.reader.js';
import { EventDelivery } from './receivers/event-delivery.js';
import type { Refusal } from './receivers/event-sink.js';
import { EventReceiver, type ReceiverOptions } from './receivers/event-receiver.js';
import { EVENT_TYPES, type StreamEvent } from './stream/stream-event.js';
import { EventTail } from './stream/event-tail.js';
import { EventsReader } from './stream/events.reader.js';
import { WebhookSink } from './webhooks/webhook-sink.js';

/** Pause before another try to read the stream at start. */
const RETRY_MS = 5_000;

/** The configured receivers of events: webhooks and a message broker. Each has its own pace: none delays another. */
@Injectable()
export class EventReceivers implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private receivers: readonly EventReceiver[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private readonly notify = (): void => {
    for (const receiver of this.receivers) receiver.notify();
  };

  constructor(
    private readonly events: EventsReader,
    private readonly tail: EventTail,
    private readonly delivery: EventDelivery,
    private readonly volumes: NotifiedVolumesReader,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    const problems = this.config.webhooks.flatMap(({ name, types = [] }) =>
      types
        .filter((type) => !EVENT_TYPES.includes(type))
        .map(
          (type) => `webhooks: ${name}: there are no events of type ${type}${didYouMean(type, EVENT_TYPES)}`,
        ),
    );
    if (problems.length > 0) throw new ConfigError(problems);
  }

  onApplicationBootstrap(): void {
    if (this.config.webhooks.length > 0 || this.config.notification_url !== undefined) this.listen();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await Promise.all(this.receivers.map((receiver) => receiver.stop()));
  }

  /**
   * Sends an event to a receiver once more, out of turn.
   * @returns why it did not take it; null if it did.
   * @throws Conflict if this server does not have the receiver.
   */
  async sendAgain(name: string, event: StreamEvent): Promise<Refusal | null> {
    const receiver = this.receivers.find((one) => one.name === name);
    if (receiver === undefined)
      throw new Conflict(`This server has no ${name} in its configuration, or has not started to serve it.`);
    return receiver.sendAgain(event);
  }

  private listen(): void {
    this.tail.listen(this.notify).then(
      () => {
        if (!this.isStopping) this.start();
      },
      (error: unknown) => {
        if (this.isStopping) return;
        this.log.warn({ err: error }, 'the events cannot be read: their receivers wait');
        this.timer = setTimeout(() => this.listen(), RETRY_MS).unref();
      },
    );
  }

  private start(): void {
    const { events, tail, delivery, log } = this;
    const leaseMs = this.config.process_lease_s * 1000;
    this.receivers = [...this.webhooks(), ...this.broker()].map(
      (options) => new EventReceiver(options, { events, tail, delivery, log, leaseMs }),
    );
    for (const receiver of this.receivers) receiver.start();
  }

  private webhooks(): ReceiverOptions[] {
    const { metrics, config } = this;
    const fixed = {
      timeoutMs: config.webhook_timeout_ms,
      source: config.public_endpoint ?? '/clinker',
    };
    return config.webhooks.map(({ name, ...webhook }) => ({
      name: `webhook ${name}`,
      cursor: `webhook ${name}`,
      retryMs: config.webhook_retry_s * 1000,
      sink: new WebhookSink({ ...webhook, ...fixed }),
      // On a connection of its own, so that neither waits for the other.
      again: new WebhookSink({ ...webhook, ...fixed }),
      count: (outcome, count) => metrics.webhookTried(name, outcome, count),
      setBehind: (count) => metrics.webhookBehind(name, count),
    }));
  }

  private broker(): ReceiverOptions[] {
    const { metrics, config, volumes } = this;
    if (config.notification_url === undefined) return [];
    return [
      {
        name: 'notifications',
        cursor: 'notifications',
        // What a broker refuses is no fault of the event.
        retryMs: Infinity,
        sink: new BrokerSink(
          {
            url: config.notification_url,
            exchange: config.notification_exchange,
            topic: config.notification_topic,
            isDurable: config.notification_durable,
            timeoutMs: config.notification_timeout_ms,
          },
          volumes,
        ),
        count: (outcome, count) => metrics.notificationTried(outcome, count),
        setBehind: (count) => metrics.notificationsBehind(count),
      },
    ];
  }
}
