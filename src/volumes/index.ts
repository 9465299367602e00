export { booleanParameter, parseBoolean } from './boolean-parameter.js';
export { parseSize } from './new-volume.js';
export { VolumeDeletionService } from './volume-deletion.service.js';
export { VolumeExtensionService } from './volume-extension.service.js';
export { backendAt, hostOf } from './volume-host.js';
export { volumeRef } from './volume-ref.js';
export { type VolumeRow } from './volume-row.js';
export {
  DELETABLE,
  isErrorStatus,
  reservableStatuses,
  VOLUME_STATUSES,
  type VolumeStatus,
} from './volume-status.js';
export { VolumeEntity } from './volume.entity.js';
export { VolumesModule } from './volumes.module.js';
export { VolumesRepository } from './volumes.repository.js';
export { VolumesService } from './volumes.service.js';
