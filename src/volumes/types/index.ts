export {
  type BackendTraits,
  backendTraits,
  missingBackendName,
  selectsBackend,
  unmetSpec,
} from './backend-fit.js';
export { isMultiattach } from './extra-specs.js';
export { type ExtraSpecs, type VolumeType } from './volume-type.js';
export { VolumeTypesModule } from './volume-types.module.js';
export { VolumeTypesService } from './volume-types.service.js';
