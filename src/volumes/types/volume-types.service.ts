import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { FindsPolicyTarget } from '../../api/auth/policy.guard.js';
import { Clock } from '../../platform/clock.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { isUuidLike } from '../../platform/uuid.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Page, PageOf } from '../../platform/database/page.js';
import { checkExtraSpecs, hasExtraSpecs } from './extra-specs.js';
import { notFoundText, type VolumeTypeSelection } from './volume-type-list.js';
import type { VolumeType } from './volume-type.js';
import { type VolumeTypeChanges, VolumeTypesRepository } from './volume-types.repository.js';

export type NewVolumeType = Pick<VolumeType, 'name' | 'description' | 'isPublic' | 'extraSpecs'>;

/** Types read per query when filtering by extra specs. */
const TYPES_AT_ONCE = 1000;

/** Operations on volume types. Extra specs have their own service. */
@Injectable()
export class VolumeTypesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly types: VolumeTypesRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param selection null selects no types. */
  async list(
    ctx: RequestContext,
    page: Page,
    selection: VolumeTypeSelection | null,
  ): Promise<PageOf<VolumeType>> {
    const rows =
      selection === null ? [] : await this.select(selection, await this.fromKnownMarker(ctx, page));
    return { rows, limit: page.limit };
  }

  /** @throws NotFound, also if the caller may not see the type. */
  async show(ctx: RequestContext, id: string): Promise<VolumeType> {
    return visible(ctx, await this.types.findById(id), notFoundText(id));
  }

  /** Types belong to no project. */
  @FindsPolicyTarget('volume-type')
  async projectOf(ctx: RequestContext, id: string): Promise<null> {
    await this.show(ctx, id);
    return null;
  }

  /** The type of volumes created without one. @throws NotFound if the configured type does not exist. */
  async showDefault(): Promise<VolumeType> {
    const type = await this.findDefault();
    if (type === null) throw new NotFound('Default volume type can not be found.');
    return type;
  }

  /** Protects the type of a new volume from deletion until the transaction ends. @throws NotFound if it is deleted. */
  async hold(tx: Tx, id: string): Promise<void> {
    if ((await this.types.share(tx, id)) === null) throw new NotFound(notFoundText(id));
  }

  async findById(id: string): Promise<VolumeType | null> {
    return this.types.findById(id);
  }

  /**
   * The type for a new volume, by name or id; without either, the default type if it exists.
   * @throws NotFound, also if the caller may not see the type.
   */
  async forNewVolume(ctx: RequestContext, nameOrId: string | null): Promise<VolumeType | null> {
    if (nameOrId === null || nameOrId === '') return this.findDefault();
    const byId = await this.types.findById(nameOrId);
    // A name may look like an id.
    const type = byId ?? (await this.types.findByName(nameOrId));
    const called = isUuidLike(nameOrId) ? nameOrId : `with name ${nameOrId}`;
    return visible(ctx, type, notFoundText(called));
  }

  /** @throws Conflict if the name is taken. */
  async create(wanted: NewVolumeType): Promise<VolumeType> {
    if (wanted.name.trim() === '') {
      throw new InvalidInput("An invalid 'name' value was provided. The 'name' can not be empty.");
    }
    checkExtraSpecs(wanted.extraSpecs);
    const type: VolumeType = { ...wanted, id: randomUUID(), createdAt: this.clock.now(), updatedAt: null };
    await this.unitOfWork.run((tx) => this.types.insert(tx, type));
    return type;
  }

  /** @throws Conflict if another type has the new name. */
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

  /** @throws InvalidInput for the default type, and for one with volumes. */
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

  /** As in Cinder, an unknown marker is ignored and the list starts at the beginning; likewise an invisible one. */
  private async fromKnownMarker(ctx: RequestContext, page: Page): Promise<Page> {
    const type = page.marker === null ? null : await this.types.findById(page.marker);
    return type !== null && isVisible(ctx, type) ? page : { ...page, marker: null };
  }

  private async findDefault(): Promise<VolumeType | null> {
    return this.types.findByName(this.config.default_volume_type);
  }

  private async select({ conditions, extraSpecs }: VolumeTypeSelection, page: Page): Promise<VolumeType[]> {
    if (extraSpecs.size === 0) return this.types.list(conditions, page);
    // Extra specs are stored as JSON, which each database queries differently.
    const found: VolumeType[] = [];
    let rest: Page = { ...page, limit: TYPES_AT_ONCE, offset: 0 };
    let toLeaveOut = page.offset;
    for (;;) {
      const types = await this.types.list(conditions, rest);
      const matches = types.filter((type) => hasExtraSpecs(type.extraSpecs, extraSpecs));
      found.push(...matches.slice(toLeaveOut));
      toLeaveOut = Math.max(0, toLeaveOut - matches.length);
      const last = types.at(-1);
      if (found.length >= page.limit || last === undefined || types.length < TYPES_AT_ONCE)
        return found.slice(0, page.limit);
      rest = { ...rest, marker: last.id };
    }
  }
}

function visible(ctx: RequestContext, type: VolumeType | null, refusal: string): VolumeType {
  if (type === null || !isVisible(ctx, type)) throw new NotFound(refusal);
  return type;
}

function isVisible(ctx: RequestContext, type: VolumeType): boolean {
  return type.isPublic || ctx.isAdmin;
}
