import type { VolumeEntity } from './volume.entity.js';
import type { VolumeStatus } from './volume-status.js';

/** A volume with all its stored data, as use cases pass it around. */
export type Volume = Readonly<VolumeEntity>;

/** A volume read outside a unit of work: a plain value, without data meant for drivers only. */
export type VolumeRow = Omit<Volume, 'exportDetails' | 'pendingSizeGib'>;

/** The columns of {@link StoredVolume}. */
export const VOLUME_COLUMNS =
  'id, project_id, user_id, name, description, size, status, attach_status, migration_status, multiattach, ' +
  'bootable, readonly, readonly_set, volume_type_id, backend, availability_zone, encryption_key_id, error_reason, ' +
  'created_at, updated_at';

/** A row as returned by the database. */
export interface StoredVolume {
  readonly id: string;
  readonly project_id: string;
  readonly user_id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly size: number;
  readonly status: VolumeStatus;
  readonly attach_status: string;
  readonly migration_status: string | null;
  readonly multiattach: boolean | number;
  readonly bootable: boolean | number;
  readonly readonly: boolean | number;
  readonly readonly_set: boolean | number;
  readonly volume_type_id: string | null;
  readonly backend: string;
  readonly availability_zone: string;
  readonly encryption_key_id: string | null;
  readonly error_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string | null;
}

/** Converts a stored row. */
export function volumeRow(stored: StoredVolume): VolumeRow {
  return {
    id: stored.id,
    projectId: stored.project_id,
    userId: stored.user_id,
    name: stored.name,
    description: stored.description,
    sizeGib: stored.size,
    status: stored.status,
    attachStatus: stored.attach_status,
    migrationStatus: stored.migration_status,
    multiattach: Boolean(stored.multiattach),
    bootable: Boolean(stored.bootable),
    readonly: Boolean(stored.readonly),
    readonlySet: Boolean(stored.readonly_set),
    volumeTypeId: stored.volume_type_id,
    backend: stored.backend,
    availabilityZone: stored.availability_zone,
    encryptionKeyId: stored.encryption_key_id,
    errorReason: stored.error_reason,
    createdAt: stored.created_at,
    updatedAt: stored.updated_at,
  };
}

/** The error text for a volume that does not exist or belongs to others. */
export const volumeNotFound = (id: string): string => `Volume ${id} could not be found.`;
