import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Ctx } from '../../auth/context.decorator.js';
import { Policy } from '../../auth/policy.guard.js';
import type { RequestContext } from '../../auth/request-context.js';
import type { Query as ListQuery } from '../../http/list-query.js';
import { Links } from '../../http/next-link.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../openapi/describes.js';
import type { AttachmentEvent } from './attachment-event.js';
import { historyDocs } from './attachment-history.docs.js';
import { AttachmentHistoryService } from './attachment-history.service.js';

@Controller('v3/attachments/:attachment_id/history')
export class AttachmentHistoryController {
  constructor(
    private readonly history: AttachmentHistoryService,
    private readonly links: Links,
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
    const { volumeId, status, conditions, events, limit } = await this.history.show(ctx, id, query);
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
