import { Controller, Get, Param, Query } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { POOL_FILTERS } from '../../api/http/resource-filters.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import { type Query as ListQuery, readParameters } from '../../api/http/list-query.js';
import type { Microversion } from '../../microversion/microversion.js';
import { RequestedVersion, Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import { booleanParameter } from '../../api/http/boolean-parameter.js';
import { poolDocs } from './pool.docs.js';
import { PoolsService } from './pools.service.js';

/** Filters from resource-filters on; older versions also filter by capability. */
const FILTERS: ReadonlySet<string> = new Set(POOL_FILTERS);

/** Pools and capabilities of the backends. */
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
    const filters = new Map(readParameters(query));
    const withDetail = booleanParameter('detail', filters.get('detail'));
    filters.delete('detail');
    if (version.has('resource-filters')) {
      checkFilterNames(filters.keys(), FILTERS);
      filters.delete('all_tenants');
    }
    const volumeType = version.has('pool-volume-type') ? filters.get('volume_type') : undefined;
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
