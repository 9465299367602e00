import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../../attachments/index.js';
import { ComputeModule } from '../../api/compute/index.js';
import { VolumesModule } from '../../volumes/index.js';
import { ComputeCheck } from './compute-check.js';
import { ConsistencyController } from './consistency.controller.js';
import { ConsistencyRepository } from './consistency.repository.js';
import { ConsistencyService } from './consistency.service.js';
import { ExportCheck } from './export-check.js';
import { ExportWatch } from './export-watch.js';
import { OpenWork } from './open-work.js';
import { ServerAttachmentsReader } from './server-attachments.reader.js';
import { StatusCheck } from './status-check.js';
import { StretchCheck } from './stretch-check.js';

@Module({
  imports: [AttachmentsModule, ComputeModule, VolumesModule],
  controllers: [ConsistencyController],
  providers: [
    ConsistencyService,
    ConsistencyRepository,
    ComputeCheck,
    ExportCheck,
    ExportWatch,
    OpenWork,
    ServerAttachmentsReader,
    StatusCheck,
    StretchCheck,
  ],
})
export class ConsistencyModule {}
