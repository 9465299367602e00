import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { AttachmentsModule } from './attachments/index.js';
import { AuthModule } from './auth/auth.module.js';
import type { RuleSet } from './auth/policy-file/rule-set.js';
import { PolicyGuard } from './auth/policy.guard.js';
import { ProjectGuard } from './auth/project.guard.js';
import { LOGGER } from './common/logger.js';
import { ConsistencyModule } from './consistency/index.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/config.schema.js';
import { DatabaseModule } from './database/database.module.js';
import { DeploymentModule } from './deployment/index.js';
import { DriversModule } from './drivers/drivers.module.js';
import { BodyGuard } from './http/body.guard.js';
import { FaultFilter } from './http/fault.filter.js';
import { SchemaGuard } from './http/schema.guard.js';
import { MicroversionGuard } from './microversion/microversion.guard.js';
import { MicroversionModule } from './microversion/microversion.module.js';
import { RangeGuard } from './microversion/range.guard.js';
import { MessagesModule } from './messages/index.js';
import { OperationsModule } from './operations/operations.module.js';
import { OpsModule } from './ops/ops.module.js';
import { PoolsModule } from './pools/index.js';
import { SnapshotsModule } from './snapshots/index.js';
import { VolumeActionsModule } from './volume-actions/index.js';
import { VolumeTypesModule } from './volume-types/index.js';
import { VolumesModule } from './volumes/index.js';

/** What a matched request passes, in the order in which Cinder checks (SPEC 4.3). */
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
  static with(config: Config, log: Logger, rules: RuleSet): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LogModule.with(log),
        DatabaseModule,
        DriversModule,
        OperationsModule,
        AuthModule.with(rules),
        MicroversionModule,
        VolumeTypesModule,
        MessagesModule,
        VolumesModule,
        AttachmentsModule,
        VolumeActionsModule,
        SnapshotsModule,
        ConsistencyModule,
        DeploymentModule,
        PoolsModule,
        OpsModule,
      ],
      providers: [
        FaultFilter,
        { provide: APP_FILTER, useExisting: FaultFilter },
        ...GUARDS.map((guard) => ({ provide: APP_GUARD, useClass: guard })),
      ],
    };
  }
}
