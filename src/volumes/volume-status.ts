/** States of a volume that this server brings about; databases of Cinder know more, all of which are refused alike. */
export type VolumeStatus =
  | 'creating'
  | 'available'
  | 'reserved'
  | 'attaching'
  | 'in-use'
  | 'detaching'
  | 'deleting'
  | 'error'
  | 'error_deleting'
  | 'downloading'
  | 'uploading'
  | 'maintenance'
  | 'extending'
  | 'error_extending';

/** States from which a volume can be reserved for an attachment (SPEC 20.2). */
export function reservableStatuses(multiattach: boolean): readonly VolumeStatus[] {
  return multiattach ? ['available', 'in-use', 'downloading'] : ['available', 'downloading'];
}

/** States in which a volume can be deleted, once nothing is attached. */
export const DELETABLE: readonly VolumeStatus[] = ['available', 'error', 'error_deleting', 'error_extending'];

export function isErrorStatus(status: VolumeStatus): boolean {
  return status.includes('error');
}
