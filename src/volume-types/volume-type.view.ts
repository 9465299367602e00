import { shownExtraSpecs } from './extra-specs.js';
import type { VolumeType } from './volume-type.js';

/** For whom a type is shown. */
export interface Viewer {
  readonly isAdmin: boolean;
}

/** A type in a list, or asked for by its id. */
export function volumeTypeView(type: VolumeType, viewer: Viewer): object {
  return { ...defaultTypeView(type, viewer), ...access(type) };
}

/** The type that was asked for as `default`; Cinder leaves one key out. */
export function defaultTypeView(type: VolumeType, viewer: Viewer): object {
  // There are no QoS specs; clients of admins read the key nevertheless.
  return { ...changedTypeView(type, viewer), ...(viewer.isAdmin ? { qos_specs_id: null } : {}) };
}

/** The type that was just created. */
export function createdTypeView(type: VolumeType, viewer: Viewer): object {
  return { ...changedTypeView(type, viewer), ...access(type) };
}

/** The type that was just changed. */
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
