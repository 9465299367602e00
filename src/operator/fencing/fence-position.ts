import { InvalidInput } from '../../platform/errors.js';
import { isUuidLike } from '../../platform/uuid.js';

/**
 * How far a fencing has come: first through the open work of the journal, then through the host's attachments, then through
 * connections without attachments. What is done while the fencing looks is found in the one or the other.
 */
export type FencePosition =
  | { readonly phase: 'openings'; readonly id: string }
  | { readonly phase: 'attachments'; readonly createdAt: string; readonly id: string }
  | { readonly phase: 'connections'; readonly id: string };

export const BEGINNING: FencePosition = { phase: 'openings', id: '' };
export const ATTACHMENTS_BEGINNING: FencePosition = { phase: 'attachments', createdAt: '', id: '' };

/** The marker of a position. */
export function markerOf(position: FencePosition): string {
  return position.phase === 'attachments'
    ? `attachments ${position.createdAt} ${position.id}`
    : `${position.phase} ${position.id}`;
}

/** @throws InvalidInput */
export function positionOf(marker: string | null | undefined): FencePosition {
  if (marker == null) return BEGINNING;
  const [phase, ...rest] = marker.split(' ');
  const [id = '', createdAt = ''] = rest.toReversed();
  const isId = id === '' || isUuidLike(id);
  if ((phase === 'openings' || phase === 'connections') && rest.length === 1 && isId) return { phase, id };
  if (phase === 'attachments' && rest.length === 2 && isId && /^([\d:.T-]{26})?$/.test(createdAt))
    return { phase, createdAt, id };
  throw new InvalidInput('The marker is not the next_marker of an earlier response.');
}
