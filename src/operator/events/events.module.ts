import { Module } from '@nestjs/common';
import { Links } from '../../api/http/next-link.js';
import { AttachmentsModule } from '../../attachments/index.js';
import { BackendEvents } from './backend-events.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersService } from './dead-letters.service.js';
import { DeadLettersRepository } from './receivers/dead-letters.repository.js';
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
  controllers: [EventsController, DeadLettersController],
  providers: [
    EventsReader,
    EventSequencer,
    EventTail,
    EventStreams,
    BackendEvents,
    DeadLettersRepository,
    DeadLettersService,
    EventDelivery,
    NotifiedVolumesReader,
    EventReceivers,
    Links,
  ],
})
export class EventsModule {}
