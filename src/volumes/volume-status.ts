/**
 * The states of a volume that Cinder has, in its order. Many are never brought about by this server, but an admin may
 * set most of them (os-reset_status).
 */
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

/** States from which a volume can be reserved for an attachment (SPEC 20.2). */
export function reservableStatuses(multiattach: boolean): readonly VolumeStatus[] {
  return multiattach ? ['available', 'in-use', 'downloading'] : ['available', 'downloading'];
}

/** States in which a volume can be deleted, once nothing is attached. */
export const DELETABLE: readonly VolumeStatus[] = ['available', 'error', 'error_deleting', 'error_extending'];

export function isErrorStatus(status: VolumeStatus): boolean {
  return status.includes('error');
}
