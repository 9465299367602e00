import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { Compute } from './compute.js';
import { Nova } from './nova.js';

@Module({
  providers: [
    {
      provide: Compute,
      inject: [CONFIG, LOGGER],
      useFactory: (config: Config, log: Logger): Compute =>
        new Nova({ endpoint: config.nova_endpoint ?? '', timeoutMs: config.nova_timeout_ms }, log),
    },
  ],
  exports: [Compute],
})
export class ComputeModule {}
