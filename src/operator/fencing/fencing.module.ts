import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../../attachments/index.js';
import { FencingController } from './fencing.controller.js';
import { FencingService } from './fencing.service.js';
import { HostConnectionsReader } from './host-connections.reader.js';

@Module({
  imports: [AttachmentsModule],
  controllers: [FencingController],
  providers: [FencingService, HostConnectionsReader],
})
export class FencingModule {}
