import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/index.js';
import { VolumesModule } from '../volumes/index.js';
import { ConsistencyController } from './consistency.controller.js';
import { ConsistencyRepository } from './consistency.repository.js';
import { ConsistencyService } from './consistency.service.js';
import { ExportCheck } from './export-check.js';
import { StatusCheck } from './status-check.js';

@Module({
  imports: [AttachmentsModule, VolumesModule],
  controllers: [ConsistencyController],
  providers: [ConsistencyService, ConsistencyRepository, ExportCheck, StatusCheck],
})
export class ConsistencyModule {}
