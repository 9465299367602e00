import { Module, type OnModuleInit } from '@nestjs/common';
import { PolicyTargets } from '../auth/policy.guard.js';
import { Links } from '../http/next-link.js';
import { OperationRecovery } from '../operations/operation-recovery.js';
import { MessagesModule } from '../messages/index.js';
import { QuotasModule } from '../quotas/index.js';
import { VolumeTypesModule } from '../volume-types/index.js';
import { VolumeCreationService } from './volume-creation.service.js';
import { VolumeDeletionService } from './volume-deletion.service.js';
import { VolumeDetailsReader } from './volume-details.reader.js';
import { VolumeEncryptionController } from './volume-encryption.controller.js';
import { VolumeExtensionService } from './volume-extension.service.js';
import { VolumeListsReader } from './volume-lists.reader.js';
import { VolumeMetadataController } from './volume-metadata.controller.js';
import { VolumeMetadataRepository } from './volume-metadata.repository.js';
import { VolumeMetadataService } from './volume-metadata.service.js';
import { VolumeProvisioningService } from './volume-provisioning.service.js';
import { VolumesController } from './volumes.controller.js';
import { VolumesRepository } from './volumes.repository.js';
import { VolumesService } from './volumes.service.js';

@Module({
  imports: [MessagesModule, QuotasModule, VolumeTypesModule],
  controllers: [VolumesController, VolumeMetadataController, VolumeEncryptionController],
  providers: [
    VolumesService,
    VolumeCreationService,
    VolumeDeletionService,
    VolumeProvisioningService,
    VolumeExtensionService,
    VolumeMetadataService,
    VolumesRepository,
    VolumeMetadataRepository,
    VolumeListsReader,
    VolumeDetailsReader,
    Links,
  ],
  exports: [VolumesRepository, VolumesService, VolumeDeletionService, VolumeExtensionService],
})
export class VolumesModule implements OnModuleInit {
  constructor(
    private readonly targets: PolicyTargets,
    private readonly recovery: OperationRecovery,
    private readonly volumes: VolumesService,
    private readonly provisioning: VolumeProvisioningService,
    private readonly extension: VolumeExtensionService,
  ) {}

  onModuleInit(): void {
    this.recovery.register('extend-volume', (operation) => this.extension.carryOut(operation));
    this.targets.register('volume', async (ctx, id) => {
      const { projectId } = await this.volumes.find(ctx, id);
      return projectId;
    });
    for (const kind of ['create-volume', 'delete-volume'] as const) {
      this.recovery.register(kind, (operation) => this.provisioning.resumeProvisioning(operation));
    }
  }
}
