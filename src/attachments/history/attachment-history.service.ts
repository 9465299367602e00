import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { NotFound } from '../../platform/errors.js';
import { isUuidLike } from '../../platform/uuid.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { notFoundText, visibility } from '../attachment/attachment-list.js';
import type { AttachmentDetail } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { isConnected } from '../attachment/connection.js';
import { type AttachmentEvent, DELETED } from './attachment-event.js';
import { AttachmentEventsRepository, type EventPage } from './attachment-events.repository.js';
import { type AttachmentCondition, conditionsOf } from './conditions.js';
import { retentionS } from './history-retention.js';

/** An attachment's conditions and a page of its events. */
export interface History {
  readonly id: string;
  readonly volumeId: string;
  readonly status: AttachmentDetail['attachStatus'] | typeof DELETED;
  readonly conditions: readonly AttachmentCondition[];
  /** Newest first. */
  readonly events: readonly AttachmentEvent[];
  readonly limit: number;
}

/** Reads an attachment's history, even after its deletion. */
@Injectable()
export class AttachmentHistoryService {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly events: AttachmentEventsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NotFound, also if the caller may not see the attachment. */
  async show(ctx: RequestContext, id: string, page: EventPage): Promise<History> {
    if (!isUuidLike(id)) throw new NotFound(notFoundText(id));
    const visible = visibility(ctx);
    // Row first, then events: if the attachment is deleted in between, its last event is already there.
    const live = await this.attachments.findVisible(ctx, id);
    const last = await this.events.lastOfEachKind(id, visible);
    const volumeId = live?.volumeId ?? [...last.values()].at(-1)?.volume_id;
    // What is recorded under the id of a volume is about the volume.
    if (volumeId === undefined || volumeId === id) throw new NotFound(notFoundText(id));
    const isGone = live === null || last.has('deleted');
    // Events that are due for removal count as removed.
    if (isGone && (await this.events.isGoneFor(id, retentionS(this.config))))
      throw new NotFound(notFoundText(id));
    const state = isGone ? null : { status: live.attachStatus, isConnected: isConnected(live) };
    return {
      id,
      volumeId,
      status: isGone ? DELETED : live.attachStatus,
      conditions: conditionsOf(state, last),
      events: await this.events.page(id, visible, page),
      limit: page.limit,
    };
  }
}
