import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/index.js';
import { VolumesModule } from '../volumes/index.js';
import { QuotasModule } from '../volumes/quotas/index.js';
import { ActionServices } from './action-services.js';
import { LegacyAttachService } from './legacy-attach.service.js';
import { StatusResetService } from './status-reset.service.js';
import { VolumeActionsController } from './volume-actions.controller.js';
import { VolumeMarksService } from './volume-marks.service.js';

@Module({
  imports: [AttachmentsModule, QuotasModule, VolumesModule],
  controllers: [VolumeActionsController],
  providers: [ActionServices, VolumeMarksService, LegacyAttachService, StatusResetService],
})
export class VolumeActionsModule {}
