import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { ENTITIES } from './entities.js';
import { AbsentModule } from '../api/absent/index.js';
import { AttachmentsModule } from '../attachments/index.js';
import { AuthModule } from '../api/auth/auth.module.js';
import type { RuleSet } from '../api/auth/policy-file/rule-set.js';
import { PolicyGuard } from '../api/auth/policy.guard.js';
import { ProjectGuard } from '../api/auth/project.guard.js';
import { LOGGER } from '../platform/logging/logger.js';
import { ConsistencyModule } from '../operator/consistency/index.js';
import { ConfigModule } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { InstrumentsModule } from '../platform/metrics/metrics.module.js';
import { TracingModule } from '../platform/tracing/tracing.module.js';
import { MarkedMethodsModule } from '../platform/marked-methods.js';
import { DeploymentModule } from '../operator/deployment/index.js';
import { FencingModule } from '../operator/fencing/index.js';
import { DriversModule } from '../drivers/drivers.module.js';
import type { DriverWrapper } from '../drivers/registry/backend-registry.js';
import { BodyGuard } from '../api/http/body.guard.js';
import { FaultFilter } from '../api/http/fault.filter.js';
import { SchemaGuard } from '../api/http/schema.guard.js';
import { MicroversionGuard } from '../microversion/microversion.guard.js';
import { VersionsModule } from '../api/versions/versions.module.js';
import { RangeGuard } from '../microversion/range.guard.js';
import { MessagesModule } from '../volumes/messages/index.js';
import { NodesModule } from '../nodes/nodes.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { HealthModule } from '../api/health/health.module.js';
import { EventsModule } from '../operator/events/index.js';
import { MetricsModule } from '../operator/metrics/index.js';
import { PoolsModule } from '../operator/pools/index.js';
import { ReadinessModule } from '../operator/readiness/index.js';
import { SnapshotsModule } from '../volumes/snapshots/index.js';
import { StrandedModule } from '../operator/stranded/index.js';
import { VolumeActionsModule } from '../volume-actions/index.js';
import { VolumeTypesModule } from '../volumes/types/index.js';
import { VolumesModule } from '../volumes/index.js';

/** Guards of a matched request, in Cinder's order of checks (docs/specification.md#order-of-checks). */
const GUARDS = [MicroversionGuard, BodyGuard, ProjectGuard, RangeGuard, SchemaGuard, PolicyGuard];

@Global()
@Module({})
class LogModule {
  static with(log: Logger): DynamicModule {
    return { module: LogModule, providers: [{ provide: LOGGER, useValue: log }], exports: [LOGGER] };
  }
}

@Module({})
export class AppModule {
  static with(config: Config, log: Logger, rules: RuleSet, aroundDrivers?: DriverWrapper): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LogModule.with(log),
        MarkedMethodsModule,
        InstrumentsModule,
        TracingModule,
        DatabaseModule.with(ENTITIES),
        DriversModule.with(config, aroundDrivers),
        OperationsModule,
        NodesModule.with(config),
        AuthModule.with(rules),
        VersionsModule,
        VolumeTypesModule,
        MessagesModule,
        VolumesModule,
        AttachmentsModule,
        VolumeActionsModule,
        SnapshotsModule,
        AbsentModule,
        ConsistencyModule,
        DeploymentModule,
        FencingModule,
        PoolsModule,
        StrandedModule,
        HealthModule,
        EventsModule,
        MetricsModule.with(config),
        ReadinessModule,
      ],
      providers: [
        FaultFilter,
        { provide: APP_FILTER, useExisting: FaultFilter },
        ...GUARDS.map((guard) => ({ provide: APP_GUARD, useClass: guard })),
      ],
    };
  }
}
