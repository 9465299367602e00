import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../../attachments/index.js';
import { BackendEvents } from './backend-events.js';
import { EventDelivery } from './receivers/event-delivery.js';
import { EventSequencer } from './stream/event-sequencer.js';
import { EventStreams } from './event-streams.service.js';
import { EventTail } from './stream/event-tail.js';
import { EventsController } from './events.controller.js';
import { EventsReader } from './stream/events.reader.js';
import { EventReceivers } from './event-receivers.service.js';
import { NotifiedVolumesReader } from './notifications/notified-volumes.reader.js';

@Module({
  imports: [AttachmentsModule],
  controllers: [EventsController],
  providers: [
    EventsReader,
    EventSequencer,
    EventTail,
    EventStreams,
    BackendEvents,
    EventDelivery,
    NotifiedVolumesReader,
    EventReceivers,
  ],
})
export class EventsModule {}
