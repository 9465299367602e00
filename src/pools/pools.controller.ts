import { Controller, Get, Param, Query } from '@nestjs/common';
import { Ctx } from '../auth/context.decorator.js';
import { Policy } from '../auth/policy.guard.js';
import type { RequestContext } from '../auth/request-context.js';
import { type Query as ListQuery, readPage } from '../http/list-query.js';
import type { Microversion } from '../microversion/microversion.js';
import { RequestedVersion, Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../openapi/describes.js';
import { booleanParameter } from '../volumes/index.js';
import { poolDocs } from './pool.docs.js';
import { PoolsService } from './pools.service.js';

/** What operators ask about the backends. */
@Controller('v3')
export class PoolsController {
  constructor(private readonly pools: PoolsService) {}

  @Get('scheduler-stats/get_pools')
  @Since('base')
  @Policy('scheduler_extension:scheduler_stats:get_pools')
  @Describes(poolDocs.list)
  async list(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const filters = new Map(readPage(query, 1).filters);
    const withDetail = booleanParameter('detail', filters.get('detail'));
    const volumeType = version.has('pool-volume-type') ? filters.get('volume_type') : undefined;
    filters.delete('detail');
    filters.delete('volume_type');
    if (!version.has('pool-filters')) filters.clear();
    return { pools: await this.pools.list(ctx, { withDetail, volumeType, filters }) };
  }

  @Get('capabilities/:host')
  @Since('base')
  @Policy('volume_extension:capabilities')
  @Describes(poolDocs.capabilities)
  capabilities(@Param('host') host: string): object {
    return this.pools.capabilities(host);
  }
}
