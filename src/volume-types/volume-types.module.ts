import { Module, type OnModuleInit } from '@nestjs/common';
import { PolicyTargets } from '../auth/policy.guard.js';
import { Links } from '../http/next-link.js';
import { DefaultVolumeType } from './default-volume-type.js';
import { ExtraSpecsController } from './extra-specs.controller.js';
import { ExtraSpecsService } from './extra-specs.service.js';
import { VolumeTypesController } from './volume-types.controller.js';
import { VolumeTypesRepository } from './volume-types.repository.js';
import { VolumeTypesService } from './volume-types.service.js';

@Module({
  controllers: [VolumeTypesController, ExtraSpecsController],
  providers: [VolumeTypesService, ExtraSpecsService, VolumeTypesRepository, DefaultVolumeType, Links],
  exports: [VolumeTypesService],
})
export class VolumeTypesModule implements OnModuleInit {
  constructor(
    private readonly targets: PolicyTargets,
    private readonly types: VolumeTypesService,
  ) {}

  onModuleInit(): void {
    this.targets.register('volume-type', async (ctx, id) => {
      await this.types.show(ctx, id);
      return null;
    });
  }
}
