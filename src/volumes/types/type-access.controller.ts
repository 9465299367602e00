import { Controller, Get, Param } from '@nestjs/common';
import { Ctx } from '../../api/auth/context.decorator.js';
import { Policy } from '../../api/auth/policy.guard.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { NotFound } from '../../platform/errors.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../../api/openapi/describes.js';
import { volumeTypeDocs } from './volume-type.docs.js';
import { VolumeTypesService } from './volume-types.service.js';

/** Encryption and access lists of volume types; Clinker supports neither. */
@Controller('v3/types/:type_id')
export class TypeAccessController {
  constructor(private readonly types: VolumeTypesService) {}

  @Get('encryption')
  @Since('base')
  @Policy('volume_extension:volume_type_encryption:get')
  @Describes(volumeTypeDocs.encryption)
  async encryption(@Ctx() ctx: RequestContext, @Param('type_id') typeId: string): Promise<object> {
    await this.types.show(ctx, typeId);
    return {};
  }

  /** @throws NotFound always. */
  @Get('encryption/:key')
  @Since('base')
  @Policy('volume_extension:volume_type_encryption:get')
  @Describes(volumeTypeDocs.encryptionItem)
  async encryptionItem(@Ctx() ctx: RequestContext, @Param('type_id') typeId: string): Promise<never> {
    await this.types.show(ctx, typeId);
    throw new NotFound(`Volume type encryption for type ${typeId} does not exist.`);
  }

  /** @throws NotFound for an unknown type and for a public one. */
  @Get('os-volume-type-access')
  @Since('base')
  @Policy('volume_extension:volume_type_access:get_all_for_type')
  @Describes(volumeTypeDocs.access)
  async access(@Ctx() ctx: RequestContext, @Param('type_id') typeId: string): Promise<object> {
    const { isPublic } = await this.types.show(ctx, typeId);
    if (isPublic) throw new NotFound('Access list not available for public volume types.');
    return { volume_type_access: [] };
  }
}
