import { Module } from '@nestjs/common';
import { DeploymentController } from './deployment.controller.js';
import { UsageService } from './usage.service.js';

@Module({ controllers: [DeploymentController], providers: [UsageService] })
export class DeploymentModule {}
