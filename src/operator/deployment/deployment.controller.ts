import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { refusal } from '../../api/auth/policies.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import type { Query as ListQuery } from '../../api/http/list-query.js';
import type { Microversion } from '../../microversion/microversion.js';
import { RequestedVersion, Since } from '../../microversion/microversion.decorators.js';
import { extensionsView, extensionView, findExtension } from './extensions.js';
import { limitsView, type Quotas } from './limits.js';
import { quotaValues, wantsUsage } from './quota-set.js';
import { queryValue } from './query-value.js';
import { resourceFiltersView } from '../../api/http/resource-filters.js';
import { selectServices, serviceView } from './services.js';
import { UsageService } from './usage.service.js';
import { Describes } from '../../api/openapi/describes.js';
import { deploymentDocs } from './deployment.docs.js';

/** Read-only resources about the whole deployment. */
@Controller('v3')
export class DeploymentController {
  constructor(
    private readonly usage: UsageService,
    private readonly backends: BackendDirectory,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('limits')
  @Since('base')
  @Policy('limits_extension:used_limits')
  @Describes(deploymentDocs.limits)
  async limits(
    @Ctx() ctx: RequestContext,
    @Query() query: ListQuery,
    @RequestedVersion() version: Microversion,
  ): Promise<object> {
    const named =
      ctx.isAdmin && version.has('limits-project')
        ? (queryValue(query, 'project_id') ?? queryValue(query, 'tenant_id'))
        : undefined;
    return limitsView(await this.usage.ofProject(named ?? ctx.projectId), this.quotas());
  }

  @Get('os-quota-sets/:project_id')
  @Since('base')
  @Policy('volume_extension:quotas:show')
  @Describes(deploymentDocs.quotaSet)
  async quotaSet(
    @Ctx() ctx: RequestContext,
    @Param('project_id') projectId: string,
    @Query() query: ListQuery,
  ): Promise<object> {
    if (!ctx.isAdmin && projectId !== ctx.projectId) throw refusal('volume_extension:quotas:show');
    const isWanted = wantsUsage(queryValue(query, 'usage'));
    const usage = isWanted ? await this.usage.ofProject(projectId) : null;
    return { quota_set: quotaValues(projectId, this.quotas(), usage) };
  }

  @Get('os-quota-sets/:project_id/defaults')
  @Since('base')
  @Policy('volume_extension:quotas:show')
  @Describes(deploymentDocs.quotaDefaults)
  quotaDefaults(@Ctx() ctx: RequestContext, @Param('project_id') projectId: string): object {
    if (!ctx.isAdmin && projectId !== ctx.projectId) throw refusal('volume_extension:quotas:show');
    return { quota_set: quotaValues(projectId, this.quotas(), null) };
  }

  @Get('os-quota-class-sets/:class_name')
  @Since('base')
  @Policy('volume_extension:quota_classes:get')
  @Describes(deploymentDocs.quotaClass)
  quotaClass(@Param('class_name') name: string): object {
    return { quota_class_set: quotaValues(name, this.quotas(), null) };
  }

  @Get('extensions')
  @Since('base')
  @Policy('deployment:get')
  @Describes(deploymentDocs.extensions)
  extensions(): object {
    return extensionsView();
  }

  @Get('extensions/:alias')
  @Since('base')
  @Policy('deployment:get')
  @Describes(deploymentDocs.extension)
  extension(@Param('alias') alias: string): object {
    return { extension: extensionView(findExtension(alias)) };
  }

  @Get('os-availability-zone')
  @Since('base')
  @Policy('deployment:get')
  @Describes(deploymentDocs.availabilityZones)
  availabilityZones(): object {
    const zone = { zoneName: this.config.availability_zone, zoneState: { available: true } };
    return { availabilityZoneInfo: [zone] };
  }

  @Get('resource_filters')
  @Since('resource-filters-list')
  @Policy('deployment:get')
  @Describes(deploymentDocs.resourceFilters)
  resourceFilters(@Query() query: ListQuery): object {
    return resourceFiltersView(queryValue(query, 'resource'));
  }

  @Get('os-services')
  @Since('base')
  @Policy('volume_extension:services:index')
  @Describes(deploymentDocs.services)
  services(@Query() query: ListQuery, @RequestedVersion() version: Microversion): object {
    const filters = { host: queryValue(query, 'host'), binary: queryValue(query, 'binary') };
    const names = this.backends.all().map(({ name }) => name);
    const zone = this.config.availability_zone;
    return {
      services: selectServices(names, filters).map((name) => {
        const { isAnswering, missing } = this.backends.get(name);
        const state = { backend: name, isUp: isAnswering, reason: missing?.reason ?? null };
        return serviceView(state, zone, this.clock.now(), version);
      }),
    };
  }

  private quotas(): Quotas {
    const {
      quota_volumes: volumes,
      quota_gigabytes: gigabytes,
      quota_attachments: attachments,
    } = this.config;
    return { volumes, gigabytes, attachments };
  }
}
