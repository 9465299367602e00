import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../../platform/config/config.schema.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsListener } from './metrics-listener.js';
import { Scrape } from './scrape.js';
import { StoredStateReader } from './stored-state.reader.js';

@Module({})
export class MetricsModule {
  /** Serves the metrics on the port that the configuration names: their own, or the API's. */
  static with({ metrics_port: port }: Pick<Config, 'metrics_port'>): DynamicModule {
    const isApart = port !== undefined;
    return {
      module: MetricsModule,
      controllers: isApart ? [] : [MetricsController],
      providers: [Scrape, StoredStateReader, ...(isApart ? [MetricsListener] : [])],
    };
  }
}
