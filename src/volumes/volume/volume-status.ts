/** Cinder's volume states, in its order. This server never sets many of them, but an admin can set most (os-reset_status). */
export const VOLUME_STATUSES = [
  'creating',
  'available',
  'deleting',
  'error',
  'error_deleting',
  'error_managing',
  'managing',
  'attaching',
  'in-use',
  'detaching',
  'maintenance',
  'restoring-backup',
  'error_restoring',
  'reserved',
  'awaiting-transfer',
  'backing-up',
  'error_backing-up',
  'error_extending',
  'downloading',
  'uploading',
  'retyping',
  'extending',
] as const;

export type VolumeStatus = (typeof VOLUME_STATUSES)[number];

/** States in which a volume can be reserved for an attachment (docs/specification.md#volume-states). */
export function reservableStatuses(multiattach: boolean): readonly VolumeStatus[] {
  return multiattach ? ['available', 'in-use', 'downloading'] : ['available', 'downloading'];
}

/** States in which a volume without attachments can be deleted. */
export const DELETABLE: readonly VolumeStatus[] = ['available', 'error', 'error_deleting', 'error_extending'];

/** Migration statuses of a volume that is not migrating (`none` is stored as null). */
const SETTLED_MIGRATION: readonly (string | null)[] = [null, 'deleting', 'error', 'success'];

export function isMigrating({ migrationStatus }: { readonly migrationStatus: string | null }): boolean {
  return !SETTLED_MIGRATION.includes(migrationStatus);
}

export function isErrorStatus(status: VolumeStatus): boolean {
  return status.includes('error');
}
