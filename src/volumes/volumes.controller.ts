import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Ctx } from '../api/auth/context.decorator.js';
import { Policy } from '../api/auth/policy.guard.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { AcceptsBody, WireBody } from '../api/http/body.js';
import { edgeOf } from '../api/http/edge.js';
import type { Query as ListQuery } from '../api/http/list-query.js';
import { Links } from '../api/http/next-link.js';
import type { Microversion } from '../microversion/microversion.js';
import { RequestedVersion, Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../api/openapi/describes.js';
import { booleanParameter } from '../api/http/boolean-parameter.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { newVolume, refuseSources, volumeUpdate } from './lifecycle/new-volume.js';
import { VolumeCreationService } from './lifecycle/volume-creation.service.js';
import { VolumeDeletionService } from './lifecycle/volume-deletion.service.js';
import { readSummaryScope, readVolumeList } from './list/volume-list.js';
import { volumeDocs } from './volume.docs.js';
import {
  type CreateVolumeBody,
  createVolumeBodies,
  type UpdateVolumeBody,
  updateVolumeBodies,
} from './lifecycle/volume.schema.js';
import { createdVolumeView, summaryView, totalsView, type Viewer, volumeView } from './volume.view.js';
import type { PageOf } from '../platform/database/page.js';
import { VolumesService } from './volumes.service.js';

@Controller('v3/volumes')
export class VolumesController {
  constructor(
    private readonly volumes: VolumesService,
    private readonly creation: VolumeCreationService,
    private readonly deletion: VolumeDeletionService,
    private readonly links: Links,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Since('base')
  @Policy('volume:get')
  @Describes(volumeDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const wanted = readVolumeList(ctx, version, query, this.config.max_limit);
    const page = await this.volumes.listSummaries(ctx, wanted);
    const viewer = this.viewer(ctx, version, request);
    return { volumes: page.rows.map((row) => summaryView(row, viewer)), ...this.rest(request, page) };
  }

  @Get('detail')
  @Since('base')
  @Policy('volume:get')
  @Describes(volumeDocs.detail)
  async detail(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const wanted = readVolumeList(ctx, version, query, this.config.max_limit);
    const page = await this.volumes.listDetails(ctx, wanted);
    const viewer = this.viewer(ctx, version, request);
    return { volumes: page.rows.map((row) => volumeView(row, viewer)), ...this.rest(request, page) };
  }

  @Get('summary')
  @Since('volume-summary')
  @Policy('volume:get')
  @Describes(volumeDocs.summary)
  async summary(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const scope = readSummaryScope(ctx, query, this.config.max_limit);
    const totals = await this.volumes.totals(ctx, scope);
    const showsMetadata = version.has('volume-summary-metadata');
    return totalsView(totals, showsMetadata ? await this.volumes.metadataValues(ctx, scope) : undefined);
  }

  @Get(':volume_id')
  @Since('base')
  @Policy('volume:get', 'volume')
  @Describes(volumeDocs.show)
  async show(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') id: string,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    return { volume: volumeView(await this.volumes.show(ctx, id), this.viewer(ctx, version, request)) };
  }

  @Post()
  @HttpCode(202)
  @Since('base')
  @Policy('volume:create')
  @AcceptsBody(createVolumeBodies)
  @Describes(volumeDocs.create)
  async create(
    @Ctx() ctx: RequestContext,
    @WireBody() body: CreateVolumeBody,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    await refuseSources(body.volume, (id) => this.volumes.find(ctx, id));
    const volume = await this.creation.create(ctx, newVolume(body.volume));
    return { volume: createdVolumeView(volume, this.viewer(ctx, version, request)) };
  }

  @Put(':volume_id')
  @Since('base')
  @Policy('volume:update', 'volume')
  @AcceptsBody(updateVolumeBodies)
  @Describes(volumeDocs.update)
  async update(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') id: string,
    @WireBody() body: UpdateVolumeBody,
    @Req() request: Request,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const volume = await this.volumes.update(ctx, id, volumeUpdate(body.volume));
    return { volume: createdVolumeView(volume, this.viewer(ctx, version, request)) };
  }

  @Delete(':volume_id')
  @HttpCode(202)
  @Since('base')
  @Policy('volume:delete', 'volume')
  @Describes(volumeDocs.delete)
  async delete(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') id: string,
    @Query() query: ListQuery,
    @RequestedVersion() version: Microversion,
  ): Promise<void> {
    // No effect: there are no snapshots to delete with the volume.
    booleanParameter('cascade', lastOf(query['cascade']));
    const force = version.has('force-delete') && booleanParameter('force', lastOf(query['force']));
    await this.deletion.delete(ctx, id, force);
  }

  private viewer(ctx: RequestContext, version: Microversion, request: Request): Viewer {
    const project = edgeOf(request).urlProjectId;
    const path = `${project === undefined ? '' : `/${encodeURIComponent(project)}`}/volumes/`;
    const self = this.links.of(request, `/v3${path}`);
    const bookmark = this.links.of(request, path);
    return {
      ctx,
      version,
      links: (id) => [
        { rel: 'self', href: self + id },
        { rel: 'bookmark', href: bookmark + id },
      ],
    };
  }

  private rest(request: Request, { rows, limit, count }: PageOf<{ readonly id: string }>): object {
    const links = this.links.next(request, rows, limit);
    return {
      ...(links.length === 0 ? {} : { volumes_links: links }),
      ...(count === undefined ? {} : { count }),
    };
  }
}

/** The value of a parameter; as in Cinder, the last one if repeated. */
function lastOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.at(-1) : value;
}
