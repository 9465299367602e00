import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../../attachments/index.js';
import { BackendEvents } from './backend-events.js';
import { EventDelivery } from './event-delivery.js';
import { EventSequencer } from './event-sequencer.js';
import { EventStreams } from './event-streams.service.js';
import { EventTail } from './event-tail.js';
import { EventsController } from './events.controller.js';
import { EventsReader } from './events.reader.js';
import { Webhooks } from './webhooks.service.js';

@Module({
  imports: [AttachmentsModule],
  controllers: [EventsController],
  providers: [EventsReader, EventSequencer, EventTail, EventStreams, BackendEvents, EventDelivery, Webhooks],
})
export class EventsModule {}
