import { Controller, Get, Param } from '@nestjs/common';
import { Ctx } from '../api/auth/context.decorator.js';
import { Policy } from '../api/auth/policy.guard.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { NotFound } from '../platform/errors.js';
import { Since } from '../microversion/microversion.decorators.js';
import { Describes } from '../api/openapi/describes.js';
import { volumeDocs } from './volume.docs.js';
import { VolumesService } from './volumes.service.js';

/** Encryption details of a volume, which Nova reads for encrypted volumes. */
@Controller('v3/volumes/:volume_id/encryption')
export class VolumeEncryptionController {
  constructor(private readonly volumes: VolumesService) {}

  @Get()
  @Since('base')
  @Policy('volume:get', 'volume')
  @Describes(volumeDocs.encryption)
  async show(@Ctx() ctx: RequestContext, @Param('volume_id') volumeId: string): Promise<object> {
    return { encryption_key_id: (await this.volumes.find(ctx, volumeId)).encryptionKeyId };
  }

  @Get(':key')
  @Since('base')
  @Policy('volume:get', 'volume')
  @Describes(volumeDocs.encryptionItem)
  async item(
    @Ctx() ctx: RequestContext,
    @Param('volume_id') volumeId: string,
    @Param('key') key: string,
  ): Promise<string | undefined> {
    const { encryptionKeyId } = await this.volumes.find(ctx, volumeId);
    if (key !== 'encryption_key_id')
      throw new NotFound(`Volume ${volumeId} has no encryption metadata with key ${key}.`);
    return encryptionKeyId ?? undefined;
  }
}
