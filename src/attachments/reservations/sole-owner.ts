import { Conflict } from '../../platform/errors.js';
import type { VolumeEntity } from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';

/**
 * A volume without multiattach has one owner, whatever its status: an admin can reset the status while the host goes on
 * writing.
 * @param isOwn true for the caller's own attachments.
 * @throws Conflict naming the foreign attachment.
 */
export function assertSoleOwner(
  { id, multiattach }: Pick<VolumeEntity, 'id' | 'multiattach'>,
  attachments: readonly Attachment[],
  isOwn: (attachment: Attachment) => boolean = () => false,
): void {
  if (multiattach) return;
  const foreign = attachments.find((attachment) => !isOwn(attachment));
  if (foreign === undefined) return;
  throw new Conflict(
    `Resource conflict: Volume ${id} is not multiattach and already has attachment ${foreign.id} (${foreign.attachStatus}). Delete that attachment first.`,
  );
}

/** Returns a predicate for the attachments of a server; without a server it matches none. */
export function isOfServer(instanceUuid: string | null): (attachment: Attachment) => boolean {
  return (attachment) => instanceUuid !== null && attachment.instanceUuid === instanceUuid;
}
