import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { Tx } from '../../database/unit-of-work.js';
import type { Attachment } from '../attachment.js';
import { storedReason } from '../failure-reason.js';
import type { Step } from './attachment-event.js';
import { AttachmentEventsRepository } from './attachment-events.repository.js';

/** Writes down what happens to attachments (docs/adr/0008). */
@Injectable()
export class AttachmentHistory {
  constructor(
    private readonly events: AttachmentEventsRepository,
    private readonly clock: Clock,
  ) {}

  /** Records a step in the transaction that takes it, which has locked the volume. */
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
      occurredAt: this.clock.now(),
    });
  }
}
