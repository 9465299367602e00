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
import { LOGGER } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { EventDelivery } from './event-delivery.js';
import { EVENT_TYPES } from './stream-event.js';
import { EventTail } from './event-tail.js';
import { EventsReader } from './events.reader.js';
import { Webhook } from './webhook.js';

/** Pause before another try to read the stream at start. */
const RETRY_MS = 5_000;

/** The configured webhooks. Each has its own pace: one that does not answer delays no other. */
@Injectable()
export class Webhooks implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private webhooks: readonly Webhook[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private readonly notify = (): void => {
    for (const webhook of this.webhooks) webhook.notify();
  };

  constructor(
    private readonly events: EventsReader,
    private readonly tail: EventTail,
    private readonly delivery: EventDelivery,
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
    if (this.config.webhooks.length > 0) this.listen();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await Promise.all(this.webhooks.map((webhook) => webhook.stop()));
  }

  private listen(): void {
    this.tail.listen(this.notify).then(
      () => {
        if (!this.isStopping) this.start();
      },
      (error: unknown) => {
        if (this.isStopping) return;
        this.log.warn({ err: error }, 'the events cannot be read: webhooks wait');
        this.timer = setTimeout(() => this.listen(), RETRY_MS).unref();
      },
    );
  }

  private start(): void {
    const { events, tail, delivery, metrics, log, config } = this;
    this.webhooks = config.webhooks.map(
      (webhook) =>
        new Webhook(
          {
            ...webhook,
            timeoutMs: config.webhook_timeout_ms,
            retryMs: config.webhook_retry_s * 1000,
            source: config.public_endpoint ?? '/clinker',
          },
          { events, tail, delivery, metrics, log },
        ),
    );
    for (const webhook of this.webhooks) webhook.start();
  }
}
