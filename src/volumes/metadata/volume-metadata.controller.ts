import { Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { AcceptsBody, WireBody } from '../../api/http/body.js';
import type { Microversion } from '../../microversion/microversion.js';
import { RequestedVersion, Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import type { Metadata } from '../volume/volume-detail.js';
import { metadataDocs } from './volume-metadata.docs.js';
import {
  type MetadataBody,
  metadataBodies,
  type MetadataEntryBody,
  metadataEntryBodies,
} from './volume-metadata.schema.js';
import { metadataEtag, type Precondition, VolumeMetadataService } from './volume-metadata.service.js';

/** Sent without a body, as in Cinder. */
const PRECONDITION_FAILED = 412;

@Controller('v3/volumes/:volume_id/metadata')
export class VolumeMetadataController {
  constructor(private readonly metadata: VolumeMetadataService) {}

  @Get()
  @Since('base')
  @Policy('volume:get_volume_metadata', 'volume')
  @Describes(metadataDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @RequestedVersion() version: Microversion,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const metadata = await this.metadata.list(ctx, volumeId);
    // Without quotes, as in Cinder: clients add their own when they send it back.
    if (version.has('metadata-etag')) response.setHeader('ETag', metadataEtag(metadata));
    return { metadata };
  }

  @Post()
  @HttpCode(200)
  @Since('base')
  @Policy('volume:update_volume_metadata', 'volume')
  @AcceptsBody(metadataBodies)
  @Describes(metadataDocs.merge)
  async merge(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @WireBody() body: MetadataBody,
  ): Promise<object> {
    return { metadata: await this.metadata.merge(ctx, volumeId, body.metadata) };
  }

  @Put()
  @Since('base')
  @Policy('volume:update_volume_metadata', 'volume')
  @AcceptsBody(metadataBodies)
  @Describes(metadataDocs.replace)
  async replace(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @WireBody() body: MetadataBody,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | undefined> {
    const precondition = preconditionOf(request, version);
    const metadata = await this.metadata.replace(ctx, volumeId, body.metadata, precondition);
    if (metadata !== null) return { metadata };
    response.status(PRECONDITION_FAILED);
    return undefined;
  }

  @Get(':key')
  @Since('base')
  @Policy('volume:get_volume_metadata', 'volume')
  @Describes(metadataDocs.get)
  async get(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @Param('key') key: string,
  ): Promise<object> {
    return { meta: { [key]: await this.metadata.get(ctx, volumeId, key) } };
  }

  @Put(':key')
  @Since('base')
  @Policy('volume:update_volume_metadata', 'volume')
  @AcceptsBody(metadataEntryBodies)
  @Describes(metadataDocs.set)
  async set(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @Param('key') key: string,
    @WireBody() body: MetadataEntryBody,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | undefined> {
    const precondition = preconditionOf(request, version);
    const meta = await this.metadata.set(ctx, volumeId, key, body.meta, precondition);
    if (meta !== null) return { meta };
    response.status(PRECONDITION_FAILED);
    return undefined;
  }

  @Delete(':key')
  @Since('base')
  @Policy('volume:delete_volume_metadata', 'volume')
  @Describes(metadataDocs.remove)
  async remove(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @Param('key') key: string,
  ): Promise<void> {
    await this.metadata.remove(ctx, volumeId, key);
  }
}

/** The precondition of If-Match: the metadata are unchanged since the client read them. */
function preconditionOf(request: Request, version: Microversion): Precondition {
  const header = request.get('If-Match')?.trim();
  if (header === undefined || header === '' || header === '*' || !version.has('metadata-etag'))
    return () => true;
  const etags = header.split(',').map((etag) => etag.trim().replaceAll('"', ''));
  return (metadata: Metadata) => etags.includes(metadataEtag(metadata));
}
