import { Module } from '@nestjs/common';
import { Links } from '../api/http/next-link.js';
import { ComputeModule } from '../api/compute/index.js';
import { MessagesModule } from '../volumes/messages/index.js';
import { QuotasModule } from '../volumes/quotas/index.js';
import { VolumeTypesModule } from '../volumes/types/index.js';
import { VolumesModule } from '../volumes/index.js';
import { AskedAttachments } from './connections/asked-attachments.js';
import { AttachmentRecovery } from './connections/attachment-recovery.js';
import { AttachmentTargets } from './attachment-targets.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsRepository } from './attachment/attachments.repository.js';
import { AttachmentsService } from './attachments.service.js';
import { AttachmentEventsRepository } from './history/attachment-events.repository.js';
import { AttachmentHistoryController } from './history/attachment-history.controller.js';
import { AttachmentHistoryService } from './history/attachment-history.service.js';
import { AttachmentHistory } from './history/attachment-history.js';
import { HistoryRetention } from './history/history-retention.js';
import { ConnectionEnder } from './connections/connection-ender.js';
import { ConnectionFactsReader } from './attachment/connection-facts.js';
import { ConnectionMaker } from './connections/connection-maker.js';
import { ConnectionWork } from './connections/connection-work.js';
import { ConnectPlanner } from './connections/connect-plan.js';
import { ConnectSaga } from './connections/connect.saga.js';
import { DetachRule } from './connections/detach-rule.js';
import { DisconnectSaga } from './connections/disconnect.saga.js';
import { FenceSaga } from './connections/fence.saga.js';
import { IdempotencyKeysRepository } from './reservations/idempotency-keys.repository.js';
import { IdempotentCreates } from './reservations/idempotent-creates.js';
import { LegacyConnectSaga } from './connections/legacy-connect.saga.js';
import { LegacyConnectionsRepository } from './attachment/legacy-connections.repository.js';
import { LegacyDisconnectSaga } from './connections/legacy-disconnect.saga.js';
import { VolumeConnections } from './attachment/volume-connections.js';
import { ReservationExpiry } from './reservations/reservation-expiry.js';
import { Reservations } from './reservations/reservations.js';

@Module({
  imports: [ComputeModule, QuotasModule, MessagesModule, VolumeTypesModule, VolumesModule],
  controllers: [AttachmentsController, AttachmentHistoryController],
  providers: [
    AttachmentsService,
    AttachmentsRepository,
    LegacyConnectionsRepository,
    LegacyConnectSaga,
    LegacyDisconnectSaga,
    ConnectionWork,
    ConnectionFactsReader,
    VolumeConnections,
    AttachmentEventsRepository,
    AttachmentHistory,
    AttachmentHistoryService,
    HistoryRetention,
    IdempotencyKeysRepository,
    IdempotentCreates,
    Reservations,
    ReservationExpiry,
    ConnectionMaker,
    ConnectionEnder,
    ConnectPlanner,
    ConnectSaga,
    DetachRule,
    DisconnectSaga,
    FenceSaga,
    AttachmentRecovery,
    AskedAttachments,
    AttachmentTargets,
    Links,
  ],
  exports: [
    AttachmentsRepository,
    LegacyConnectionsRepository,
    LegacyConnectSaga,
    LegacyDisconnectSaga,
    AttachmentsService,
    AttachmentHistory,
    DetachRule,
    FenceSaga,
    Reservations,
  ],
})
export class AttachmentsModule {}
