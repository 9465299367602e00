import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput, NotFound } from '../common/errors.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import type { Condition } from '../database/page.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type Page, type Query, readPage } from '../http/list-query.js';
import type { Microversion } from '../microversion/microversion.js';
import { booleanParameter } from './boolean-parameter.js';
import type { VolumeUpdate } from './new-volume.js';
import type { VolumeDetail } from './volume-detail.js';
import { VolumeDetailsReader } from './volume-details.reader.js';
import { listConditions, scopeConditions, volumeNotFound } from './volume-list.js';
import { VolumeListsReader, type VolumeSummary, type VolumeTotals } from './volume-lists.reader.js';
import { VolumeMetadataRepository } from './volume-metadata.repository.js';
import type { VolumeRow } from './volume-row.js';
import { VolumesRepository } from './volumes.repository.js';

/** A page of a list, how long it was allowed to be, and of how many rows it is a part, if that was asked. */
export interface PageOf<T> {
  readonly rows: readonly T[];
  readonly limit: number;
  readonly count?: number;
}

/** What can be seen of volumes, and changed without a backend. */
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

  /** @throws NotFound also for what the caller may not see. */
  async find(ctx: RequestContext, id: string): Promise<VolumeRow> {
    const volume = await this.volumes.findVisible(ctx, id);
    if (volume === null) throw new NotFound(volumeNotFound(id));
    return volume;
  }

  /** @throws NotFound also for what the caller may not see. */
  async show(ctx: RequestContext, id: string): Promise<VolumeDetail> {
    const volume = await this.find(ctx, id);
    const [detail] = await this.details.complete([volume]);
    if (detail === undefined) throw new Error('a volume has its details');
    return detail;
  }

  async listSummaries(
    ctx: RequestContext,
    version: Microversion,
    query: Query,
  ): Promise<PageOf<VolumeSummary>> {
    return this.list(ctx, version, query, (conditions, page) => this.lists.summaries(conditions, page));
  }

  async listDetails(ctx: RequestContext, version: Microversion, query: Query): Promise<PageOf<VolumeDetail>> {
    return this.list(ctx, version, query, async (conditions, page) =>
      this.details.complete(await this.lists.rows(conditions, page)),
    );
  }

  /** Number and size of the project's volumes, or of everybody's for an admin who asks for them. */
  async totals(ctx: RequestContext, query: Query): Promise<VolumeTotals> {
    return this.lists.totals(this.summaryScope(ctx, query));
  }

  /** Every value of each key of metadata among the same volumes. */
  async metadataValues(
    ctx: RequestContext,
    query: Query,
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    return this.lists.metadataValues(this.summaryScope(ctx, query));
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
      if (metadata !== undefined) await this.metadata.replace(tx, id, metadata);
    });
    return this.show(ctx, id);
  }

  private summaryScope(ctx: RequestContext, query: Query): Condition[] {
    const { filters } = readPage(query, this.config.max_limit);
    // The summary knows no filter but this one.
    return scopeConditions(ctx, new Map([...filters].filter(([key]) => key === 'all_tenants')));
  }

  private async list<T>(
    ctx: RequestContext,
    version: Microversion,
    query: Query,
    read: (conditions: readonly Condition[], page: Page) => Promise<T[]>,
  ): Promise<PageOf<T>> {
    const page = readPage(query, this.config.max_limit);
    const filters = new Map(page.filters);
    const isCounted = version.has('list-count') && booleanParameter('with_count', filters.get('with_count'));
    if (version.has('list-count')) filters.delete('with_count');
    const conditions = listConditions(ctx, version, filters);
    // A marker is as good as a look at the volume's place among others.
    if (page.marker !== null && !ctx.isAdmin) await this.find(ctx, page.marker);
    const count = isCounted ? { count: conditions === null ? 0 : await this.lists.count(conditions) } : {};
    return { rows: conditions === null ? [] : await read(conditions, page), limit: page.limit, ...count };
  }
}
