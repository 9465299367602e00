import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from '../platform/config/config.schema.js';
import { BEFORE_BACKENDS } from '../drivers/drivers.module.js';
import { BackendDirectory } from '../drivers/registry/backend-directory.js';
import { ProcessWatch } from '../operations/process-watch.js';
import { RemoteWork } from '../operations/remote-work.js';
import { FleetBackends } from './fleet/fleet-backends.js';
import { NodeBackendsRepository } from './fleet/node-backends.repository.js';
import { NodeRegistration } from './fleet/node-registration.js';
import { NodeStart } from './fleet/node-start.js';
import { NodeAsker } from './work/node-asker.js';
import { NodeWork } from './work/node-work.js';

/** API replicas and volume nodes. A process that is both only registers before it touches a backend. */
@Global()
@Module({})
export class NodesModule {
  static with({ role }: Config): DynamicModule {
    switch (role) {
      case 'all':
        return {
          module: NodesModule,
          providers: [
            {
              provide: BEFORE_BACKENDS,
              useFactory: (watch: ProcessWatch) => watch.signOn(),
              inject: [ProcessWatch],
            },
          ],
          exports: [BEFORE_BACKENDS],
        };
      case 'api':
        return {
          module: NodesModule,
          providers: [
            FleetBackends,
            NodeAsker,
            { provide: BackendDirectory, useExisting: FleetBackends },
            { provide: RemoteWork, useExisting: NodeAsker },
          ],
          exports: [BackendDirectory, RemoteWork],
        };
      case 'volume':
        return {
          module: NodesModule,
          providers: [
            NodeBackendsRepository,
            NodeRegistration,
            NodeStart,
            NodeWork,
            {
              provide: BEFORE_BACKENDS,
              useFactory: (start: NodeStart) => start.assertSole(),
              inject: [NodeStart],
            },
          ],
          exports: [BEFORE_BACKENDS],
        };
    }
  }
}
