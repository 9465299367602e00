import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput } from '../../platform/errors.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { type Query as ListQuery, readPage } from '../../api/http/list-query.js';
import { Links } from '../../api/http/next-link.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import type { AttachmentEvent } from './attachment-event.js';
import type { EventPage } from './attachment-events.repository.js';
import { historyDocs } from './attachment-history.docs.js';
import { AttachmentHistoryService } from './attachment-history.service.js';

const MARKER = /^[1-9]\d{0,8}$/;

@Controller('v3/attachments/:attachment_id/history')
export class AttachmentHistoryController {
  constructor(
    private readonly history: AttachmentHistoryService,
    private readonly links: Links,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Since('attachments')
  @Policy('volume:attachment_history')
  @Describes(historyDocs.show)
  async show(
    @Ctx() ctx: RequestContext,
    @Param('attachment_id') id: string,
    @Query() query: ListQuery,
    @Req() request: Request,
  ): Promise<object> {
    const { volumeId, status, conditions, events, limit } = await this.history.show(
      ctx,
      id,
      eventPage(query, this.config.max_limit),
    );
    const links = this.links.next(
      request,
      events.map(({ seq }) => ({ id: String(seq) })),
      limit,
    );
    return {
      history: {
        attachment_id: id,
        volume_id: volumeId,
        status,
        conditions,
        events: events.map(eventView),
        ...(links.length === 0 ? {} : { events_links: links }),
      },
    };
  }
}

/** @throws InvalidInput for bad paging parameters. */
function eventPage(query: ListQuery, maxLimit: number): EventPage {
  const { limit, marker } = readPage(query, maxLimit);
  if (marker !== null && !MARKER.test(marker)) {
    throw new InvalidInput('Invalid input received: marker must be the number of an event');
  }
  return { before: marker === null ? null : Number(marker), limit };
}

function eventView(event: AttachmentEvent): object {
  return {
    id: event.seq,
    event: event.kind,
    from: event.from_status,
    to: event.to_status,
    at: event.occurred_at,
    user_id: event.actor_user_id,
    project_id: event.actor_project_id,
    request_id: event.request_id,
    duration_ms: event.duration_ms,
    reason: event.reason,
  };
}
