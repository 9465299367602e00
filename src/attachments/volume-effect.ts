import type { VolumeStatus } from '../volumes/index.js';
import type { AttachStatus } from './attachment-status.js';

/** What a volume's attachments make of it. */
export interface VolumeEffect {
  readonly status: VolumeStatus;
  readonly attachStatus: string;
}

type ErrorStatus = Extract<AttachStatus, `error_${string}`>;

/**
 * The state that follows from a volume's live attachments (SPEC 6.2): that of the first by name of those that are
 * not in error, so attached before attaching before reserved; `available` when there are none. Attachments in error
 * alone go on holding their volume: it is `reserved`, and nobody else's to take.
 */
export function volumeEffect(statuses: readonly AttachStatus[]): VolumeEffect {
  const [first] = statuses.filter(isSound).sort();
  if (first === undefined)
    return { status: statuses.length > 0 ? 'reserved' : 'available', attachStatus: 'detached' };
  return { status: first === 'attached' ? 'in-use' : first, attachStatus: first };
}

/** Whether the volume is busy with something that its status must go on showing when nothing is attached any more. */
export function keepsStatusWhenDetached(volume: { status: string; migrationStatus: string | null }): boolean {
  const migrating = volume.migrationStatus !== null && !['success', 'error'].includes(volume.migrationStatus);
  return migrating || volume.status === 'uploading';
}

function isSound(status: AttachStatus): status is Exclude<AttachStatus, ErrorStatus> {
  return !status.startsWith('error_');
}
