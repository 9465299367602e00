import { shownExtraSpecs } from './extra-specs.js';
import type { VolumeType } from './volume-type.js';

/** The caller that a type is shown to. */
export interface Viewer {
  readonly isAdmin: boolean;
}

/** A type in a list, or requested by id. */
export function volumeTypeView(type: VolumeType, viewer: Viewer): object {
  return { ...defaultTypeView(type, viewer), ...access(type) };
}

/** The type requested as `default`; Cinder omits one key. */
export function defaultTypeView(type: VolumeType, viewer: Viewer): object {
  // There are no QoS specs, but admins' clients read the key.
  return { ...changedTypeView(type, viewer), ...(viewer.isAdmin ? { qos_specs_id: null } : {}) };
}

/** A type just created. */
export function createdTypeView(type: VolumeType, viewer: Viewer): object {
  return { ...changedTypeView(type, viewer), ...access(type) };
}

/** A type just updated. */
export function changedTypeView(type: VolumeType, viewer: Viewer): object {
  const { id, name, isPublic, description, extraSpecs } = type;
  return {
    id,
    name,
    is_public: isPublic,
    description,
    extra_specs: shownExtraSpecs(extraSpecs, viewer.isAdmin),
  };
}

function access({ isPublic }: VolumeType): object {
  return { 'os-volume-type-access:is_public': isPublic };
}
