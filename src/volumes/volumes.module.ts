import { Module } from '@nestjs/common';
import { Links } from '../api/http/next-link.js';
import { ComputeModule } from '../api/compute/index.js';
import { MessagesModule } from './messages/index.js';
import { QuotasModule } from './quotas/index.js';
import { SchedulingModule } from './scheduling/index.js';
import { VolumeTypesModule } from './types/index.js';
import { ExtensionNotices } from './lifecycle/extension-notices.service.js';
import { VolumeCreationService } from './lifecycle/volume-creation.service.js';
import { VolumeDeletionService } from './lifecycle/volume-deletion.service.js';
import { VolumeDetailsReader } from './volume/volume-details.reader.js';
import { VolumeEncryptionController } from './volume-encryption.controller.js';
import { VolumeExtensionService } from './lifecycle/volume-extension.service.js';
import { VolumeListsReader } from './list/volume-lists.reader.js';
import { VolumeMetadataController } from './metadata/volume-metadata.controller.js';
import { VolumeMetadataRepository } from './metadata/volume-metadata.repository.js';
import { VolumeMetadataService } from './metadata/volume-metadata.service.js';
import { VolumePlacementService } from './lifecycle/volume-placement.service.js';
import { VolumeProvisioningService } from './lifecycle/volume-provisioning.service.js';
import { VolumeSteps } from './lifecycle/volume-steps.js';
import { VolumesController } from './volumes.controller.js';
import { VolumesRepository } from './volume/volumes.repository.js';
import { VolumesService } from './volumes.service.js';

@Module({
  imports: [ComputeModule, MessagesModule, QuotasModule, SchedulingModule, VolumeTypesModule],
  controllers: [VolumesController, VolumeMetadataController, VolumeEncryptionController],
  providers: [
    VolumesService,
    VolumeCreationService,
    VolumeDeletionService,
    VolumePlacementService,
    VolumeProvisioningService,
    VolumeExtensionService,
    ExtensionNotices,
    VolumeSteps,
    VolumeMetadataService,
    VolumesRepository,
    VolumeMetadataRepository,
    VolumeListsReader,
    VolumeDetailsReader,
    Links,
  ],
  exports: [VolumesRepository, VolumesService, VolumeDeletionService, VolumeExtensionService],
})
export class VolumesModule {}
