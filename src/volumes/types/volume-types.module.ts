import { Module } from '@nestjs/common';
import { Links } from '../../api/http/next-link.js';
import { DefaultVolumeType } from './default-volume-type.js';
import { ExtraSpecsController } from './extra-specs.controller.js';
import { ExtraSpecsService } from './extra-specs.service.js';
import { TypeAccessController } from './type-access.controller.js';
import { VolumeTypesController } from './volume-types.controller.js';
import { VolumeTypesRepository } from './volume-types.repository.js';
import { VolumeTypesService } from './volume-types.service.js';

@Module({
  controllers: [VolumeTypesController, ExtraSpecsController, TypeAccessController],
  providers: [VolumeTypesService, ExtraSpecsService, VolumeTypesRepository, DefaultVolumeType, Links],
  exports: [VolumeTypesService],
})
export class VolumeTypesModule {}
