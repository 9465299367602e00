import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';

/** The sending of traces, if a collector is configured. */
@Injectable()
class TraceSending implements OnApplicationShutdown {
  private constructor(private readonly stop: (() => Promise<void>) | null) {}

  static async start(config: Config, metrics: Metrics, log: Logger): Promise<TraceSending> {
    const { otlp_endpoint: url } = config;
    if (url === undefined) return new TraceSending(null);
    const { sendToCollector } = await import('./collector.js');
    return new TraceSending(sendToCollector(url, config, metrics, log));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop?.();
  }
}

@Module({
  providers: [
    {
      provide: TraceSending,
      useFactory: (config: Config, metrics: Metrics, log: Logger) => TraceSending.start(config, metrics, log),
      inject: [CONFIG, Metrics, LOGGER],
    },
  ],
})
export class TracingModule {}
