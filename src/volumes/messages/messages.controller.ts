import { Controller, Delete, Get, HttpCode, Inject, Param, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { edgeOf } from '../../api/http/edge.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import { type Query as ListQuery, readPage } from '../../api/http/list-query.js';
import { Links } from '../../api/http/next-link.js';
import type { Microversion } from '../../microversion/microversion.js';
import { RequestedVersion, Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import { messageDocs } from './message.docs.js';
import { MESSAGE_FILTERS, type MessageRow } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

@Controller('v3/messages')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly links: Links,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Since('messages')
  @Policy('message:get_all')
  @Describes(messageDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const page = readPage(version.has('messages-paging') ? query : {}, this.config.max_limit);
    if (version.has('resource-filters'))
      checkFilterNames(page.filters.keys(), ctx.isAdmin ? null : MESSAGE_FILTERS);
    const rows = await this.messages.list(ctx, page);
    const links = this.links.next(request, rows, page.limit);
    return {
      messages: rows.map((row) => this.view(request, row)),
      ...(links.length === 0 ? {} : { messages_links: links }),
    };
  }

  @Get(':message_id')
  @Since('messages')
  @Policy('message:get')
  @Describes(messageDocs.show)
  async show(
    @Ctx() ctx: RequestContext,
    @Param('message_id') id: string,
    @Req() request: Request,
  ): Promise<object> {
    return { message: this.view(request, await this.messages.find(ctx, id)) };
  }

  @Delete(':message_id')
  @HttpCode(204)
  @Since('messages')
  @Policy('message:delete')
  @Describes(messageDocs.delete)
  async delete(@Ctx() ctx: RequestContext, @Param('message_id') id: string): Promise<void> {
    await this.messages.delete(ctx, id);
  }

  private view(request: Request, message: MessageRow): object {
    const project = edgeOf(request).urlProjectId;
    const path = `${project === undefined ? '' : `/${encodeURIComponent(project)}`}/messages/${message.id}`;
    return {
      ...message,
      links: [
        { rel: 'self', href: this.links.of(request, `/v3${path}`) },
        { rel: 'bookmark', href: this.links.of(request, path) },
      ],
    };
  }
}
