import { Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { AcceptsBody, WireBody } from '../../api/http/body.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { ExtraSpecsService } from './extra-specs.service.js';
import {
  type CreateExtraSpecsBody,
  createExtraSpecsBodies,
  updateExtraSpecBodies,
} from './volume-type.schema.js';
import type { ExtraSpecs } from './volume-type.js';
import { Describes } from '../../api/openapi/describes.js';
import { volumeTypeDocs } from './volume-type.docs.js';

@Controller('v3/types/:type_id/extra_specs')
export class ExtraSpecsController {
  constructor(private readonly extraSpecs: ExtraSpecsService) {}

  @Get()
  @Since('base')
  @Policy('volume_extension:types_extra_specs:index')
  @Describes(volumeTypeDocs.listSpecs)
  async list(@Ctx() ctx: RequestContext, @Param('type_id') typeId: string): Promise<object> {
    return { extra_specs: await this.extraSpecs.list(ctx, typeId) };
  }

  @Post()
  @HttpCode(200)
  @Since('base')
  @Policy('volume_extension:types_extra_specs:create')
  @AcceptsBody(createExtraSpecsBodies)
  @Describes(volumeTypeDocs.createSpecs)
  async create(@Param('type_id') typeId: string, @WireBody() body: CreateExtraSpecsBody): Promise<object> {
    await this.extraSpecs.merge(typeId, body.extra_specs);
    return body;
  }

  @Get(':key')
  @Since('base')
  @Policy('volume_extension:types_extra_specs:index')
  @Describes(volumeTypeDocs.showSpec)
  async show(
    @Ctx() ctx: RequestContext,
    @Param('type_id') typeId: string,
    @Param('key') key: string,
  ): Promise<object> {
    return this.extraSpecs.show(ctx, typeId, key);
  }

  @Put(':key')
  @Since('base')
  @Policy('volume_extension:types_extra_specs:update')
  @AcceptsBody(updateExtraSpecBodies)
  @Describes(volumeTypeDocs.updateSpec)
  async update(
    @Param('type_id') typeId: string,
    @Param('key') key: string,
    @WireBody() body: ExtraSpecs,
  ): Promise<object> {
    await this.extraSpecs.set(typeId, key, body);
    return body;
  }

  @Delete(':key')
  @HttpCode(202)
  @Since('base')
  @Policy('volume_extension:types_extra_specs:delete', 'volume-type')
  @Describes(volumeTypeDocs.deleteSpec)
  async delete(@Param('type_id') typeId: string, @Param('key') key: string): Promise<void> {
    await this.extraSpecs.remove(typeId, key);
  }
}
