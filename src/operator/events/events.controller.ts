import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import type { Query as ListQuery } from '../../api/http/list-query.js';
import { Describes } from '../../api/openapi/describes.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { eventFilter } from './stream/event-filter.js';
import { EventStreams } from './event-streams.service.js';
import { eventsDocs } from './events.docs.js';

/** What happens to attachments, volumes and backends, as it happens. Not part of Cinder. */
@Controller('v3/events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  @Get()
  @Since('base')
  @Policy('clinker:events:list')
  @Describes(eventsDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    await this.streams.serve(ctx, eventFilter(ctx, query), lastEventId, response);
  }
}
