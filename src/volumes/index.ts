export { parseSize } from './lifecycle/new-volume.js';
export { VolumeDeletionService } from './lifecycle/volume-deletion.service.js';
export { VolumeExtensionService } from './lifecycle/volume-extension.service.js';
export { RecordsVolumeSteps, VOLUME_STEPS, type VolumeStep } from './lifecycle/volume-steps.js';
export { backendAt, hostOf, serviceUuid } from './volume/volume-host.js';
export { volumeRef } from './volume/volume-ref.js';
export { type Volume, type VolumeRow, volumeNotFound } from './volume/volume-row.js';
export {
  DELETABLE,
  isErrorStatus,
  isMigrating,
  reservableStatuses,
  VOLUME_STATUSES,
  type VolumeStatus,
} from './volume/volume-status.js';
export { VolumeEntity } from './volume/volume.entity.js';
export { VolumesModule } from './volumes.module.js';
export { type VolumeChanges, VolumesRepository } from './volume/volumes.repository.js';
export { VolumesService } from './volumes.service.js';
