import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { Clock } from '../common/clock.js';
import { InvalidInput, NotFound } from '../common/errors.js';
import { isUuidLike } from '../common/uuid.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import { type Page, type Query, readPage } from '../http/list-query.js';
import type { Microversion } from '../microversion/microversion.js';
import { checkExtraSpecs, hasExtraSpecs } from './extra-specs.js';
import { notFoundText, selectTypes, type VolumeTypeSelection } from './volume-type-list.js';
import type { VolumeType } from './volume-type.js';
import { type VolumeTypeChanges, VolumeTypesRepository } from './volume-types.repository.js';

export type NewVolumeType = Pick<VolumeType, 'name' | 'description' | 'isPublic' | 'extraSpecs'>;

/** A page of types, and how long it was allowed to be. */
export interface VolumeTypePage {
  readonly rows: readonly VolumeType[];
  readonly limit: number;
}

/** What can be done with volume types. Extra specs have a service of their own. */
@Injectable()
export class VolumeTypesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly types: VolumeTypesRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(ctx: RequestContext, version: Microversion, query: Query): Promise<VolumeTypePage> {
    const page = await this.fromKnownMarker(ctx, readPage(query, this.config.max_limit));
    const selection = selectTypes(ctx, version, page.filters);
    const rows = selection === null ? [] : await this.select(selection, page);
    return { rows, limit: page.limit };
  }

  /** @throws NotFound also for what the caller may not see. */
  async show(ctx: RequestContext, id: string): Promise<VolumeType> {
    return visible(ctx, await this.types.findById(id), notFoundText(id));
  }

  /** The type of volumes that are created without one. @throws NotFound when the configuration names none that is there. */
  async showDefault(): Promise<VolumeType> {
    const type = await this.findDefault();
    if (type === null) throw new NotFound('Default volume type can not be found.');
    return type;
  }

  /** Keeps a type from going until the unit ends, for a volume that is being made of it. @throws NotFound when it has gone. */
  async hold(tx: Tx, id: string): Promise<void> {
    if ((await this.types.lock(tx, id)) === null) throw new NotFound(notFoundText(id));
  }

  async findById(id: string): Promise<VolumeType | null> {
    return this.types.findById(id);
  }

  /**
   * The type for a new volume, by what the client calls it; the default one, if there is one, when it names none.
   * @throws NotFound also for what the caller may not see.
   */
  async forNewVolume(ctx: RequestContext, nameOrId: string | null): Promise<VolumeType | null> {
    if (nameOrId === null || nameOrId === '') return this.findDefault();
    const byId = await this.types.findById(nameOrId);
    // A name may look like an id.
    const type = byId ?? (await this.types.findByName(nameOrId));
    const called = isUuidLike(nameOrId) ? nameOrId : `with name ${nameOrId}`;
    return visible(ctx, type, notFoundText(called));
  }

  /** @throws Conflict when there is a type of that name. */
  async create(wanted: NewVolumeType): Promise<VolumeType> {
    if (wanted.name.trim() === '') {
      throw new InvalidInput("An invalid 'name' value was provided. The 'name' can not be empty.");
    }
    checkExtraSpecs(wanted.extraSpecs);
    const type: VolumeType = { ...wanted, id: randomUUID(), createdAt: this.clock.now(), updatedAt: null };
    await this.unitOfWork.run((tx) => this.types.insert(tx, type));
    return type;
  }

  /** @throws Conflict when there is another type of the new name. */
  async update(id: string, changes: Omit<VolumeTypeChanges, 'extraSpecs'>): Promise<VolumeType> {
    if (changes.name?.trim() === '') throw new InvalidInput('Volume type name can not be empty.');
    if (Object.keys(changes).length === 0) {
      throw new InvalidInput('Specify volume type name, description, is_public or a combination thereof.');
    }
    return this.unitOfWork.run(async (tx) => {
      const type = await this.types.lock(tx, id);
      if (type === null) throw new NotFound(notFoundText(id));
      await this.types.update(tx, id, changes);
      return { ...type, ...changes };
    });
  }

  /** @throws InvalidInput for the default type, and for one that volumes have. */
  async delete(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const type = await this.types.lock(tx, id);
      if (type === null) throw new NotFound(notFoundText(id));
      if (type.name === this.config.default_volume_type) {
        throw new InvalidInput(`The volume type ${id} is a default volume type and cannot be deleted.`);
      }
      if (await this.types.isInUse(tx, id)) throw new InvalidInput('Target volume type is still in use.');
      await this.types.remove(tx, id);
    });
  }

  /** As Cinder: a type that is gone marks nothing, and the list begins at its start. So does one that is not shown. */
  private async fromKnownMarker(ctx: RequestContext, page: Page): Promise<Page> {
    const type = page.marker === null ? null : await this.types.findById(page.marker);
    return type !== null && isVisible(ctx, type) ? page : { ...page, marker: null };
  }

  private async findDefault(): Promise<VolumeType | null> {
    return this.types.findByName(this.config.default_volume_type);
  }

  private async select({ conditions, extraSpecs }: VolumeTypeSelection, page: Page): Promise<VolumeType[]> {
    if (extraSpecs.size === 0) return this.types.list(conditions, page);
    // Extra specs are stored as JSON, which the databases look into each in its own way.
    const matches = (await this.types.all(conditions)).filter((type) =>
      hasExtraSpecs(type.extraSpecs, extraSpecs),
    );
    if (matches.length === 0) return [];
    const sql = `id IN (${matches.map(() => '?').join(', ')})`;
    return this.types.list([{ sql, parameters: matches.map(({ id }) => id) }], page);
  }
}

function visible(ctx: RequestContext, type: VolumeType | null, refusal: string): VolumeType {
  if (type === null || !isVisible(ctx, type)) throw new NotFound(refusal);
  return type;
}

function isVisible(ctx: RequestContext, type: VolumeType): boolean {
  return type.isPublic || ctx.isAdmin;
}
