import { Module } from '@nestjs/common';
import { SchedulingModule } from '../../volumes/scheduling/index.js';
import { DeploymentController } from './deployment.controller.js';
import { UsageService } from './usage.service.js';

@Module({ imports: [SchedulingModule], controllers: [DeploymentController], providers: [UsageService] })
export class DeploymentModule {}
