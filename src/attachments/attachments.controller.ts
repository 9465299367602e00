import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
} from '@nestjs/common';
import type { Request } from 'express';
import { Ctx } from '../api/auth/context.decorator.js';
import { Policies } from '../api/auth/policies.js';
import { Policy } from '../api/auth/policy.guard.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { canonicalUuid } from '../platform/uuid.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import type { Connector } from '../drivers/contract/index.js';
import { AcceptsAction, AcceptsBody, WireBody } from '../api/http/body.js';
import type { Query as ListQuery } from '../api/http/list-query.js';
import { Links } from '../api/http/next-link.js';
import type { Microversion } from '../microversion/microversion.js';
import { RequestedVersion, Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../api/openapi/describes.js';
import { attachmentDocs } from './attachment.docs.js';
import { attachmentListRequest, type AttachmentListRequest } from './attachment/attachment-list.js';
import type { AttachmentDetail } from './attachment/attachment.js';
import {
  type CreateAttachmentBody,
  createAttachmentBodies,
  type UpdateAttachmentBody,
  updateAttachmentBodies,
} from './attachment.schema.js';
import { detailView, summaryView } from './attachment.view.js';
import { idempotencyKey } from './reservations/idempotency-key.js';
import type { PageOf } from '../platform/database/page.js';
import { AttachmentsService } from './attachments.service.js';

/** Length of the server id column, in characters. */
const UUID_LENGTH = 36;

@Controller('v3/attachments')
export class AttachmentsController {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly policies: Policies,
    private readonly links: Links,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Since('attachments')
  @Policy('volume:attachment_show')
  @Describes(attachmentDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const page = await this.attachments.listSummaries(ctx, this.wanted(ctx, version, query));
    return { attachments: page.rows.map(summaryView), ...this.nextPage(request, page) };
  }

  @Get('detail')
  @Since('attachments')
  @Policy('volume:attachment_show')
  @Describes(attachmentDocs.detail)
  async detail(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const page = await this.attachments.listDetails(ctx, this.wanted(ctx, version, query));
    const shown = this.shownTo(ctx);
    const attachments = page.rows.map((row) => detailView(row, shown));
    return { attachments, ...this.nextPage(request, page) };
  }

  @Get(':attachment_id')
  @Since('attachments')
  @Policy('volume:attachment_show')
  @Describes(attachmentDocs.show)
  async show(@Ctx() ctx: RequestContext, @Param('attachment_id') id: string): Promise<object> {
    return this.wrap(ctx, await this.attachments.show(ctx, id));
  }

  @Post()
  @HttpCode(200)
  @Since('attachments')
  @Policy('volume:attachment_create', 'new-attachment')
  @AcceptsBody(createAttachmentBodies)
  @Describes(attachmentDocs.create)
  async create(
    @Ctx() ctx: RequestContext,
    @WireBody() { attachment }: CreateAttachmentBody,
    @Headers('Idempotency-Key') header?: string,
  ): Promise<object> {
    const { volume_uuid: volumeId, instance_uuid: instance, connector, mode } = attachment;
    const wanted = {
      volumeId: volumeId.toLowerCase(),
      instanceUuid:
        instance == null || instance.length <= UUID_LENGTH ? (instance ?? null) : canonicalUuid(instance),
      mode: mode ?? null,
    };
    // cinderclient reserves with an empty connector, other clients with null or none.
    const isReservation = connector == null || Object.keys(connector).length === 0;
    const from = isReservation ? null : (connector as Connector);
    const key = idempotencyKey(header, ctx.projectId, { ...wanted, connector: from });
    return this.wrap(ctx, await this.attachments.create(ctx, wanted, from, key));
  }

  @Put(':attachment_id')
  @Since('attachments')
  @Policy('volume:attachment_update', 'attachment')
  @AcceptsBody(updateAttachmentBodies)
  @Describes(attachmentDocs.update)
  async update(
    @Ctx() ctx: RequestContext,
    @Param('attachment_id') id: string,
    @WireBody() { attachment }: UpdateAttachmentBody,
  ): Promise<object> {
    return this.wrap(ctx, await this.attachments.update(ctx, id, attachment.connector as Connector));
  }

  @Post(':attachment_id/action')
  @HttpCode(204)
  @Since('attachment-complete')
  @Policy('volume:attachment_complete', 'attachment')
  @AcceptsAction('os-complete')
  @Describes(attachmentDocs.complete)
  async complete(@Ctx() ctx: RequestContext, @Param('attachment_id') id: string): Promise<void> {
    await this.attachments.complete(ctx, id);
  }

  @Delete(':attachment_id')
  @Since('attachments')
  @Policy('volume:attachment_delete', 'attachment')
  @Describes(attachmentDocs.delete)
  async delete(@Ctx() ctx: RequestContext, @Param('attachment_id') id: string): Promise<object> {
    return { attachments: (await this.attachments.delete(ctx, id)).map(summaryView) };
  }

  private wanted(ctx: RequestContext, version: Microversion, query: ListQuery): AttachmentListRequest {
    return attachmentListRequest(ctx, version, query, this.config.max_limit);
  }

  private wrap(ctx: RequestContext, attachment: AttachmentDetail): object {
    return { attachment: detailView(attachment, this.shownTo(ctx)) };
  }

  /** Shows credentials only to callers who may attach, not to readers (docs/specification.md#secrets). */
  private shownTo(ctx: RequestContext): { readonly secrets: boolean } {
    const isService = ctx.isService || ctx.roles.has('service');
    const mayAttach = isService || this.policies.allows(ctx, 'volume:attachment_update');
    return { secrets: mayAttach || this.config.reader_sees_secrets };
  }

  /**
   * Links to the next page where each client looks for it: cinderclient in `attachments_links`, gophercloud in
   * `links.next`, openstacksdk in `next`, since it finds no link of its form in `links`. (openstacksdk also supports a
   * header, but mishandles it.)
   */
  private nextPage(request: Request, { rows, limit }: PageOf<{ readonly id: string }>): object {
    const links = this.links.next(request, rows, limit);
    const [next] = links;
    if (next === undefined) return {};
    return { attachments_links: links, links: { next: next.href }, next: next.href };
  }
}
