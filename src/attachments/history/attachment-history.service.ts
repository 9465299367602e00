import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../auth/request-context.js';
import { InvalidInput, NotFound } from '../../common/errors.js';
import { isUuidLike } from '../../common/uuid.js';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/config.schema.js';
import { type Query, readPage } from '../../http/list-query.js';
import { notFoundText, visibility } from '../attachment-list.js';
import type { AttachmentDetail } from '../attachment.js';
import { AttachmentsRepository } from '../attachments.repository.js';
import { isConnected } from '../connections.js';
import { type AttachmentEvent, DELETED } from './attachment-event.js';
import { AttachmentEventsRepository } from './attachment-events.repository.js';
import { type AttachmentCondition, conditionsOf } from './conditions.js';

/** What has become of an attachment, and a page of how. */
export interface History {
  readonly id: string;
  readonly volumeId: string;
  readonly status: AttachmentDetail['attachStatus'] | typeof DELETED;
  readonly conditions: readonly AttachmentCondition[];
  /** Newest first. */
  readonly events: readonly AttachmentEvent[];
  readonly limit: number;
}

const MARKER = /^[1-9]\d{0,8}$/;

/** Tells what happened to an attachment, also when it has gone. */
@Injectable()
export class AttachmentHistoryService {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly events: AttachmentEventsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NotFound also for what the caller may not see; InvalidInput for a wrong page. */
  async show(ctx: RequestContext, id: string, query: Query): Promise<History> {
    const { limit, marker } = readPage(query, this.config.max_limit);
    if (marker !== null && !MARKER.test(marker)) {
      throw new InvalidInput('Invalid input received: marker must be the number of an event');
    }
    if (!isUuidLike(id)) throw new NotFound(notFoundText(id));
    const visible = visibility(ctx);
    // In this order: an attachment that goes meanwhile has its last event by then.
    const live = await this.attachments.findVisible(ctx, id);
    const last = await this.events.lastOfEachKind(id, visible);
    const volumeId = live?.volumeId ?? [...last.values()].at(-1)?.volume_id;
    if (volumeId === undefined) throw new NotFound(notFoundText(id));
    const isGone = live === null || last.has('deleted');
    const state = isGone ? null : { status: live.attachStatus, isConnected: isConnected(live) };
    return {
      id,
      volumeId,
      status: isGone ? DELETED : live.attachStatus,
      conditions: conditionsOf(state, last),
      events: await this.events.page(id, visible, { before: marker === null ? null : Number(marker), limit }),
      limit,
    };
  }
}
