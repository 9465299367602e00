import type { ServerVolume } from '../../api/compute/index.js';
import type { ServerAttachment } from './server-attachments.reader.js';

/** Attachments of one server that differ between Clinker and Nova. */
export interface ServerDifference {
  /** Known to Nova only. */
  readonly missing: readonly ServerVolume[];
  /** Known to us only. */
  readonly unused: readonly ServerAttachment[];
}

/** Compares both sides; a server that Nova does not know (null) uses nothing. */
export function serverDifference(
  ours: readonly ServerAttachment[],
  theirs: readonly ServerVolume[] | null,
): ServerDifference {
  const known = theirs ?? [];
  return {
    missing: known.filter((volume) => !ours.some((attachment) => isSame(attachment, volume))),
    unused: ours.filter((attachment) => !known.some((volume) => isSame(attachment, volume))),
  };
}

export function isEqual({ missing, unused }: ServerDifference): boolean {
  return missing.length === 0 && unused.length === 0;
}

/** The intersection of two differences. */
export function inBoth(one: ServerDifference, other: ServerDifference): ServerDifference {
  return {
    missing: one.missing.filter((volume) => other.missing.some((same) => keyOf(same) === keyOf(volume))),
    unused: one.unused.filter(({ id }) => other.unused.some((same) => same.id === id)),
  };
}

function isSame({ id, volumeId }: ServerAttachment, volume: ServerVolume): boolean {
  // Nova knows volumes attached in the older way only by volume id.
  return volume.attachmentId === null ? volume.volumeId === volumeId : volume.attachmentId === id;
}

function keyOf({ volumeId, attachmentId }: ServerVolume): string {
  return `${volumeId} ${attachmentId ?? ''}`;
}
