import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { ServerToken } from '../auth/server-token.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { ComputePeer } from './compute-peer.js';
import { Compute } from './compute.js';
import { NovaHttp } from './nova-http.js';
import { NovaPeer } from './nova-peer.js';
import { Nova } from './nova.js';

@Module({
  providers: [
    {
      provide: NovaHttp,
      inject: [CONFIG, LOGGER],
      useFactory: (config: Config, log: Logger): NovaHttp =>
        new NovaHttp({ endpoint: config.nova_endpoint ?? '', timeoutMs: config.nova_timeout_ms }, log),
    },
    {
      provide: Compute,
      inject: [NovaHttp, LOGGER],
      useFactory: (http: NovaHttp, log: Logger): Compute => new Nova(http, log),
    },
    {
      provide: ComputePeer,
      inject: [NovaHttp, ServerToken, LOGGER],
      useFactory: (http: NovaHttp, own: ServerToken, log: Logger): ComputePeer =>
        new NovaPeer(http, own, log),
    },
  ],
  exports: [Compute, ComputePeer],
})
export class ComputeModule {}
