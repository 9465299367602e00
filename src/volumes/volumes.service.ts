import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../api/auth/request-context.js';
import { FindsPolicyTarget } from '../api/auth/policy.guard.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { InvalidInput } from '../platform/errors.js';
import type { Condition, Page, PageOf } from '../platform/database/page.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { VolumeUpdate } from './lifecycle/new-volume.js';
import type { VolumeDetail } from './volume/volume-detail.js';
import { VolumeDetailsReader } from './volume/volume-details.reader.js';
import {
  scopeConditions,
  projectInScope,
  type VolumeListRequest,
  type VolumeScope,
} from './list/volume-list.js';
import { VolumeListsReader, type VolumeSummary, type VolumeTotals } from './list/volume-lists.reader.js';
import { VolumeMetadataRepository } from './metadata/volume-metadata.repository.js';
import type { VolumeRow } from './volume/volume-row.js';
import { VolumesRepository } from './volume/volumes.repository.js';
import type { MetadataValues } from './list/metadata-values.js';

/** Reads of volumes, and changes that need no backend. */
@Injectable()
export class VolumesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly volumes: VolumesRepository,
    private readonly metadata: VolumeMetadataRepository,
    private readonly lists: VolumeListsReader,
    private readonly details: VolumeDetailsReader,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NotFound, also if the caller may not see the volume. */
  async find(ctx: RequestContext, id: string): Promise<VolumeRow> {
    return this.volumes.visible(ctx, id);
  }

  /** @throws NotFound, also if the caller may not see the volume. */
  @FindsPolicyTarget('volume')
  async projectOf(ctx: RequestContext, id: string): Promise<string> {
    const { projectId } = await this.find(ctx, id);
    return projectId;
  }

  /** @throws NotFound, also if the caller may not see the volume. */
  async show(ctx: RequestContext, id: string): Promise<VolumeDetail> {
    const volume = await this.find(ctx, id);
    const [detail] = await this.details.complete([volume]);
    if (detail === undefined) throw new Error('a volume has its details');
    return detail;
  }

  async listSummaries(ctx: RequestContext, wanted: VolumeListRequest): Promise<PageOf<VolumeSummary>> {
    return this.list(ctx, wanted, (conditions, page) => this.lists.summaries(conditions, page));
  }

  async listDetails(ctx: RequestContext, wanted: VolumeListRequest): Promise<PageOf<VolumeDetail>> {
    return this.list(ctx, wanted, async (conditions, page) =>
      this.details.complete(await this.lists.rows(conditions, page)),
    );
  }

  /** Number and total size of the project's volumes, or of all projects' if an admin asks for them. */
  async totals(ctx: RequestContext, scope: VolumeScope): Promise<VolumeTotals> {
    return this.lists.totals(scopeConditions(ctx, scope));
  }

  /** The metadata values of the same volumes by key, as many as a summary lists. */
  async metadataValues(ctx: RequestContext, scope: VolumeScope): Promise<MetadataValues> {
    return this.lists.metadataValues(projectInScope(ctx, scope), this.config.database_statement_timeout_ms);
  }

  /** @throws NotFound; InvalidInput while the volume is in maintenance. */
  async update(
    ctx: RequestContext,
    id: string,
    { metadata, ...changes }: VolumeUpdate,
  ): Promise<VolumeDetail> {
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, id);
      if (volume.status === 'maintenance')
        throw new InvalidInput('Invalid volume: The volume cannot be updated during maintenance.');
      await this.volumes.change(tx, id, changes);
      if (metadata !== undefined) await this.metadata.replace(tx, volume, metadata);
    });
    return this.show(ctx, id);
  }

  private async list<T>(
    ctx: RequestContext,
    { page, scope, conditions: wanted, isCounted }: VolumeListRequest,
    read: (conditions: readonly Condition[], page: Page) => Promise<T[]>,
  ): Promise<PageOf<T>> {
    const conditions = wanted === null ? null : [...scopeConditions(ctx, scope), ...wanted];
    // A marker reveals the volume's position in the list, so it must be visible to the caller.
    if (page.marker !== null && !ctx.isAdmin) await this.find(ctx, page.marker);
    const count = isCounted ? { count: conditions === null ? 0 : await this.lists.count(conditions) } : {};
    return { rows: conditions === null ? [] : await read(conditions, page), limit: page.limit, ...count };
  }
}
