import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/index.js';
import { VolumesModule } from '../volumes/index.js';
import { QuotasModule } from '../quotas/index.js';
import { LegacyAttachService } from './legacy-attach.service.js';
import { StatusResetService } from './status-reset.service.js';
import { VolumeActionsController } from './volume-actions.controller.js';
import { VolumeMarksService } from './volume-marks.service.js';

@Module({
  imports: [AttachmentsModule, QuotasModule, VolumesModule],
  controllers: [VolumeActionsController],
  providers: [VolumeMarksService, LegacyAttachService, StatusResetService],
})
export class VolumeActionsModule {}
