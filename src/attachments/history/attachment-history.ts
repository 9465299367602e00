import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Attachment } from '../attachment/attachment.js';
import { storedReason } from '../../platform/failure-reason.js';
import type { Step } from './attachment-event.js';
import { AttachmentEventsRepository } from './attachment-events.repository.js';

/** Records what happens to attachments (docs/adr/0008). */
@Injectable()
export class AttachmentHistory {
  constructor(private readonly events: AttachmentEventsRepository) {}

  /** Records a step in the transaction that takes it and holds the volume's lock. */
  async record(
    tx: Tx,
    { id, volumeId, projectId }: Pick<Attachment, 'id' | 'volumeId' | 'projectId'>,
    { kind, by, from, to, durationMs = null, reason = null }: Step,
  ): Promise<void> {
    await this.events.append(tx, {
      attachmentId: id,
      volumeId,
      projectId,
      kind,
      fromStatus: from,
      toStatus: to,
      actorUserId: by.userId,
      actorProjectId: by.projectId,
      requestId: by.requestId,
      durationMs: durationMs === null ? null : Math.round(durationMs),
      reason: reason === null ? null : storedReason(reason),
    });
  }
}
