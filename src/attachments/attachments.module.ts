import { Module, type OnModuleInit } from '@nestjs/common';
import { PolicyTargets } from '../auth/policy.guard.js';
import { Links } from '../http/next-link.js';
import { ComputeModule } from '../compute/index.js';
import { MessagesModule } from '../messages/index.js';
import { QuotasModule } from '../quotas/index.js';
import { VolumeTypesModule } from '../volume-types/index.js';
import { VolumesModule } from '../volumes/index.js';
import type { CreateAttachmentBody } from './attachment.schema.js';
import { AttachmentRecovery } from './attachment-recovery.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { AttachmentsService } from './attachments.service.js';
import { AttachmentEventsRepository } from './history/attachment-events.repository.js';
import { AttachmentHistoryController } from './history/attachment-history.controller.js';
import { AttachmentHistoryService } from './history/attachment-history.service.js';
import { AttachmentHistory } from './history/attachment-history.js';
import { HistoryRetention } from './history/history-retention.js';
import { ConnectPlanner } from './connect-plan.js';
import { ConnectSaga } from './connect.saga.js';
import { DetachRule } from './detach-rule.js';
import { DisconnectSaga } from './disconnect.saga.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { IdempotentCreates } from './idempotency/idempotent-creates.js';
import { InterruptedWork } from './interrupted-work.js';
import { LegacyConnectSaga } from './legacy/legacy-connect.saga.js';
import { LegacyConnectionsRepository } from './legacy/legacy-connections.repository.js';
import { LegacyDisconnectSaga } from './legacy/legacy-disconnect.saga.js';
import { ReservationExpiry } from './reservation-expiry.js';
import { Reservations } from './reservations.js';

@Module({
  imports: [ComputeModule, QuotasModule, MessagesModule, VolumeTypesModule, VolumesModule],
  controllers: [AttachmentsController, AttachmentHistoryController],
  providers: [
    AttachmentsService,
    AttachmentsRepository,
    LegacyConnectionsRepository,
    LegacyConnectSaga,
    LegacyDisconnectSaga,
    InterruptedWork,
    AttachmentEventsRepository,
    AttachmentHistory,
    AttachmentHistoryService,
    HistoryRetention,
    IdempotencyKeysRepository,
    IdempotentCreates,
    Reservations,
    ReservationExpiry,
    ConnectPlanner,
    ConnectSaga,
    DetachRule,
    DisconnectSaga,
    AttachmentRecovery,
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
    Reservations,
  ],
})
export class AttachmentsModule implements OnModuleInit {
  constructor(
    private readonly targets: PolicyTargets,
    private readonly attachments: AttachmentsService,
  ) {}

  onModuleInit(): void {
    this.targets.register('attachment', async (ctx, id) => {
      const { volumeId } = await this.attachments.show(ctx, id);
      return this.targets.find('volume', ctx, volumeId, undefined);
    });
    this.targets.register('new-attachment', (ctx, _id, body) => {
      const { volume_uuid: volumeId } = (body as CreateAttachmentBody).attachment;
      return this.targets.find('volume', ctx, volumeId.toLowerCase(), body);
    });
  }
}
