import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { AcceptsBody, WireBody } from '../../api/http/body.js';
import { type Query as ListQuery, readPage } from '../../api/http/list-query.js';
import { Links } from '../../api/http/next-link.js';
import type { Microversion } from '../../microversion/microversion.js';
import { RequestedVersion, Since } from '../../microversion/microversion.decorators.js';
import {
  type CreateTypeBody,
  createTypeBodies,
  isYes,
  type UpdateTypeBody,
  updateTypeBodies,
} from './volume-type.schema.js';
import { changedTypeView, createdTypeView, defaultTypeView, volumeTypeView } from './volume-type.view.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { selectTypes } from './volume-type-list.js';
import { VolumeTypesService } from './volume-types.service.js';
import { Describes } from '../../api/openapi/describes.js';
import { volumeTypeDocs } from './volume-type.docs.js';

@Controller('v3/types')
export class VolumeTypesController {
  constructor(
    private readonly types: VolumeTypesService,
    private readonly links: Links,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Since('base')
  @Policy('volume_extension:type_get')
  @Describes(volumeTypeDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const page = readPage(query, this.config.max_limit);
    const { rows, limit } = await this.types.list(ctx, page, selectTypes(ctx, version, page.filters));
    const links = this.links.next(request, rows, limit);
    return {
      volume_types: rows.map((type) => volumeTypeView(type, ctx)),
      ...(links.length === 0 ? {} : { volume_type_links: links }),
    };
  }

  @Get('default')
  @Since('base')
  @Policy('volume_extension:type_get')
  @Describes(volumeTypeDocs.showDefault)
  async showDefault(@Ctx() ctx: RequestContext): Promise<object> {
    return { volume_type: defaultTypeView(await this.types.showDefault(), ctx) };
  }

  @Get(':type_id')
  @Since('base')
  @Policy('volume_extension:type_get')
  @Describes(volumeTypeDocs.show)
  async show(@Ctx() ctx: RequestContext, @Param('type_id') id: string): Promise<object> {
    return { volume_type: volumeTypeView(await this.types.show(ctx, id), ctx) };
  }

  @Post()
  @HttpCode(200)
  @Since('base')
  @Policy('volume_extension:type_create')
  @AcceptsBody(createTypeBodies)
  @Describes(volumeTypeDocs.create)
  async create(@Ctx() ctx: RequestContext, @WireBody() body: CreateTypeBody): Promise<object> {
    const { name, description, extra_specs: extraSpecs, ...access } = body.volume_type;
    const type = await this.types.create({
      name,
      description: description ?? null,
      isPublic: isYes(access['os-volume-type-access:is_public'] ?? true),
      extraSpecs: extraSpecs ?? {},
    });
    return { volume_type: createdTypeView(type, ctx) };
  }

  @Put(':type_id')
  @Since('base')
  @Policy('volume_extension:type_update')
  @AcceptsBody(updateTypeBodies)
  @Describes(volumeTypeDocs.update)
  async update(
    @Ctx() ctx: RequestContext,
    @Param('type_id') id: string,
    @WireBody() body: UpdateTypeBody,
  ): Promise<object> {
    const { name, description, is_public: isPublic } = body.volume_type;
    const type = await this.types.update(id, {
      ...(name == null ? {} : { name }),
      ...(description == null ? {} : { description }),
      ...(isPublic === undefined ? {} : { isPublic: isYes(isPublic) }),
    });
    return { volume_type: changedTypeView(type, ctx) };
  }

  @Delete(':type_id')
  @HttpCode(202)
  @Since('base')
  @Policy('volume_extension:type_delete')
  @Describes(volumeTypeDocs.delete)
  async delete(@Param('type_id') id: string): Promise<void> {
    await this.types.delete(id);
  }
}
