import { AttachmentEntity } from '../attachments/attachment/attachment.entity.js';
import { AttachmentEventEntity } from '../attachments/history/attachment-event.entity.js';
import { IdempotencyKeyEntity } from '../attachments/reservations/idempotency-key.entity.js';
import { LegacyConnectionEntity } from '../attachments/attachment/legacy-connection.entity.js';
import { MessageEntity } from '../volumes/messages/message.entity.js';
import { NodeBackendEntity } from '../nodes/fleet/node-backend.entity.js';
import { OperationEntity } from '../operations/operation.entity.js';
import { ProcessEntity } from '../operations/process.entity.js';
import { QuotaLockEntity } from '../volumes/quotas/quota-lock.entity.js';
import { VolumeTypeEntity } from '../volumes/types/volume-type.entity.js';
import { VolumeMetadataEntity } from '../volumes/metadata/volume-metadata.entity.js';
import { VolumeEntity } from '../volumes/volume/volume.entity.js';
import { WorkOutcomeEntity } from '../operations/work-outcome.entity.js';

/** The entities of all features, for the data source. */
export const ENTITIES = [
  AttachmentEntity,
  AttachmentEventEntity,
  IdempotencyKeyEntity,
  LegacyConnectionEntity,
  MessageEntity,
  NodeBackendEntity,
  OperationEntity,
  ProcessEntity,
  QuotaLockEntity,
  VolumeEntity,
  VolumeMetadataEntity,
  VolumeTypeEntity,
  WorkOutcomeEntity,
];
