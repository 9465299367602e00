export { volumeRef } from './volume-ref.js';
export { type VolumeRow } from './volume-row.js';
export { DELETABLE, isErrorStatus, reservableStatuses, type VolumeStatus } from './volume-status.js';
export { VolumeEntity } from './volume.entity.js';
export { VolumesRepository } from './volumes.repository.js';
