import type { VolumeStatus } from '../../volumes/index.js';
import type { AttachStatus } from './attachment-status.js';

/** State of a volume that follows from its attachments. */
export interface VolumeEffect {
  readonly status: VolumeStatus;
  readonly attachStatus: string;
}

type ErrorStatus = Extract<AttachStatus, `error_${string}`>;

/**
 * Derives a volume's state from its live attachments (docs/specification.md#effect-on-the-volume): the alphabetically
 * first status that is not an error, so attached before attaching before reserved; `available` without attachments.
 * Attachments in error alone still hold the volume: it is `reserved`.
 */
export function volumeEffect(statuses: readonly AttachStatus[]): VolumeEffect {
  const [first] = statuses.filter(isSound).sort();
  if (first === undefined)
    return { status: statuses.length > 0 ? 'reserved' : 'available', attachStatus: 'detached' };
  return { status: first === 'attached' ? 'in-use' : first, attachStatus: first };
}

/** Statuses of a volume that follow from its attachments. */
export const FOLLOWING: readonly VolumeStatus[] = ['in-use', 'attaching', 'reserved', 'detaching'];

/** True while the volume migrates or uploads: its status must still show that after the last detach. */
export function keepsStatusWhenDetached(volume: { status: string; migrationStatus: string | null }): boolean {
  const migrating = volume.migrationStatus !== null && !['success', 'error'].includes(volume.migrationStatus);
  return migrating || volume.status === 'uploading';
}

function isSound(status: AttachStatus): status is Exclude<AttachStatus, ErrorStatus> {
  return !status.startsWith('error_');
}
