import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { checkExtraSpecs, shownExtraSpecs } from './extra-specs.js';
import { notFoundText } from './volume-type-list.js';
import type { ExtraSpecs } from './volume-type.js';
import { VolumeTypesRepository } from './volume-types.repository.js';
import { VolumeTypesService } from './volume-types.service.js';

/**
 * The extra specs of a type. They are immutable while the type has volumes, which were created and attached according to
 * them.
 */
@Injectable()
export class ExtraSpecsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly types: VolumeTypesRepository,
    private readonly volumeTypes: VolumeTypesService,
  ) {}

  /** The extra specs that the caller may see. */
  async list(ctx: RequestContext, typeId: string): Promise<ExtraSpecs> {
    const { extraSpecs } = await this.volumeTypes.show(ctx, typeId);
    return shownExtraSpecs(extraSpecs, ctx.isAdmin);
  }

  async show(ctx: RequestContext, typeId: string, key: string): Promise<ExtraSpecs> {
    const extraSpecs = await this.list(ctx, typeId);
    if (!Object.hasOwn(extraSpecs, key)) throw missing(typeId, key);
    return { [key]: extraSpecs[key] ?? null };
  }

  /** Adds extra specs; replaces existing ones. */
  async merge(typeId: string, added: ExtraSpecs): Promise<void> {
    await this.change(typeId, (current) => ({ ...current, ...added }));
  }

  /** Like `merge`, for the one key in the URL. */
  async set(typeId: string, key: string, added: ExtraSpecs): Promise<void> {
    await this.change(typeId, (current) => {
      if (!Object.hasOwn(added, key)) throw new InvalidInput('Request body and URI mismatch');
      return { ...current, ...added };
    });
  }

  async remove(typeId: string, key: string): Promise<void> {
    await this.change(typeId, (current) => {
      if (!Object.hasOwn(current, key)) throw missing(typeId, key);
      return Object.fromEntries(Object.entries(current).filter(([name]) => name !== key));
    });
  }

  private async change(typeId: string, apply: (current: ExtraSpecs) => ExtraSpecs): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const type = await this.types.lock(tx, typeId);
      if (type === null) throw new NotFound(notFoundText(typeId));
      if (await this.types.isInUse(tx, typeId)) throw new InvalidInput('Volume Type is currently in use.');
      const extraSpecs = apply(type.extraSpecs);
      checkExtraSpecs(extraSpecs);
      await this.types.update(tx, typeId, { extraSpecs });
    });
  }
}

function missing(typeId: string, key: string): NotFound {
  return new NotFound(`Volume Type ${typeId} has no extra specs with key ${key}.`);
}
